"""Keep the message catalogues in step with the source.

Extracts every marked text under crm/ and every message of Click, and brings the catalogues up to date. English needs
none. With ``--check`` nothing is written: the exit status is 1 when a file is out of date,
or when a Chinese text is missing, fuzzy, or has other placeholders than the English one.

    python scripts/generate_catalogues.py
    python scripts/generate_catalogues.py --check
"""

from __future__ import annotations

import io
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po, write_po

from crm.cli.printing.catalogues import DOMAIN, text_path

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "crm"
LOCALES = ("zh_CN",)
#: How texts are marked: the library's own markers, and the words within a context.
OURS: dict[str, Any] = {"N_": None, "P_": ((1, "c"), 2), "say": None, "say_n": (1, 2), "done": None}
CLICKS: dict[str, Any] = {"_": None, "ngettext": (1, 2)}
#: Click's modules whose messages a person can see.
CLICK_FILES = ("core", "decorators", "exceptions", "formatting", "parser", "shell_completion", "termui", "types")
#: A fixed day, so that a catalogue changes only when a text does.
_DAY = datetime(2023, 2, 6, tzinfo=UTC)


@cache
def template() -> Catalog:
    """Return every text there is to translate, with the files it comes from. Nobody changes it."""
    catalog = Catalog(project="investor-crm", fuzzy=False)
    # A text in the source may well be a number or empty; only sentences are wanted.
    for file, _, message, _, context in extract_from_dir(SOURCE, [("**.py", "python")], keywords=OURS):
        catalog.add(message, context=context, locations=[(f"crm/{Path(file).as_posix()}", 0)])
    for path in _click_files():
        for _, message, _, context in extract_from_file("python", path, keywords=CLICKS):
            catalog.add(message, context=context, locations=[(f"click/{path.name}", 0)])
    return catalog


def _click_files() -> Iterator[Path]:
    spec = find_spec("click")
    if spec is None or spec.origin is None:
        return
    for name in CLICK_FILES:
        path = Path(spec.origin).with_name(f"{name}.py")
        if path.exists():
            yield path


def updated(locale: str, wanted: Catalog) -> Catalog:
    """Return a catalogue with the texts of the source, and the translations it has."""
    path = text_path(locale)
    known = Catalog(locale=locale, domain=DOMAIN)
    if path.exists():
        with path.open("rb") as file:
            known = read_po(file, locale=locale, domain=DOMAIN)
    fresh = Catalog(
        locale=locale,
        domain=DOMAIN,
        project="investor-crm",
        version="",
        copyright_holder="",
        fuzzy=False,
        creation_date=_DAY,
        revision_date=_DAY,
        last_translator="",
        language_team="",
        header_comment=f"# Message catalogue of the command line: {locale}.",
    )
    for message in sorted(wanted, key=lambda message: (str(message.id), message.context or "")):
        if message.id:
            old = known.get(message.id, context=message.context)
            text = old.string if old is not None else ""
            flags = {flag for flag in (old.flags if old is not None else ()) if flag == "fuzzy"}
            fresh.add(
                message.id, string=text, context=message.context, locations=sorted(set(message.locations)), flags=flags
            )
    return fresh


def as_po(catalog: Catalog) -> bytes:
    """Return the text form."""
    out = io.BytesIO()
    write_po(out, catalog, width=120, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def faults(catalog: Catalog) -> Iterator[str]:
    """Yield what is wrong with a catalogue's translations."""
    for message in catalog:
        if not message.id:
            continue
        texts, originals = _each(message.string), _each(message.id)
        name = f"{catalog.locale}: {message.context or ''}{'/' if message.context else ''}{originals[0]!r}"
        if not all(texts) or len(texts) < (catalog.num_plurals if len(originals) > 1 else 1):
            yield f"{name} is not translated"
        elif message.fuzzy:
            yield f"{name} is fuzzy"
        else:
            wanted = set().union(*map(placeholders, originals))
            allowed = [placeholders(text) for text in originals]
            if any(placeholders(text) not in [wanted, *allowed] for text in texts):
                yield f"{name} has other placeholders in {texts!r}"


def _each(text: object) -> tuple[str, ...]:
    return tuple(str(one) for one in text) if isinstance(text, (list, tuple)) else (str(text or ""),)


def placeholders(text: str) -> set[str]:
    """Return the placeholders of a template, with their conversions."""
    try:
        return {
            f"{name}!{conversion}:{spec}"
            for _, name, spec, conversion in string.Formatter().parse(text)
            if name is not None
        }
    except ValueError as error:
        return {f"broken: {error}"}


def main() -> int:
    """Write the catalogues, or check them."""
    checking = "--check" in sys.argv[1:]
    wanted = template()
    wrong: list[str] = []
    for locale in LOCALES:
        catalog = updated(locale, wanted)
        wrong += faults(catalog)
        path, content = text_path(locale), as_po(catalog)
        if path.exists() and path.read_bytes() == content:
            continue
        if checking:
            wrong.append(f"{path.relative_to(ROOT)} is out of date; run: make docs")
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
