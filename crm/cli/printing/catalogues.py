"""Message catalogues: a text in git, and the compiled form that gettext reads.

A wheel carries compiled catalogues alone. In a checkout a catalogue is compiled when it is first read, and again when
its text has changed. The build loads this file by its path, so it imports nothing of ours.
"""

from __future__ import annotations

import gettext
import io
from contextlib import suppress
from functools import cache
from pathlib import Path

DOMAIN = "crm"
#: Where the catalogues stand, in a folder for each language but English, which is the language of the source.
FOLDER = Path(__file__).parents[2] / "locale"


def catalogue(locale: str, home: Path | None = None) -> gettext.NullTranslations:
    """Return the catalogue of a language; where there is none, texts stay English.

    Args:
        locale: The name gettext has for the language, as ``zh_CN``.
        home: Its :func:`folder`, where that is known.
    """
    return gettext.translation(DOMAIN, home or folder(locale), [locale], fallback=True)


def text_path(locale: str) -> Path:
    """Return where the text of a catalogue stands in a checkout."""
    return FOLDER / locale / "LC_MESSAGES" / f"{DOMAIN}.po"


def folder(locale: str) -> Path:
    """Return the folder in which gettext finds the compiled catalogue of a language.

    Where the text of the catalogue is installed too, the compiled file beside it has the same modification time. If it
    has not, the text is compiled: beside itself, or into a folder of this process where nothing can be written there.
    """
    text = text_path(locale)
    try:
        changed = text.stat().st_mtime_ns
    except FileNotFoundError:  # English, or a wheel
        return FOLDER
    compiled = text.with_suffix(".mo")
    with suppress(FileNotFoundError):
        if compiled.stat().st_mtime_ns == changed:
            return FOLDER
    with suppress(OSError):
        _write(as_mo(text), compiled, text, changed)
        return FOLDER
    with suppress(OSError):
        return _temporary(text, changed)
    return FOLDER


@cache
def _temporary(text: Path, changed: int) -> Path:
    """Compile a catalogue into a folder that is removed when the process ends."""
    import atexit
    import shutil
    import tempfile

    home = Path(tempfile.mkdtemp(prefix="crm-locale-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    compiled = home / text.relative_to(FOLDER).with_suffix(".mo")
    compiled.parent.mkdir(parents=True)
    _write(as_mo(text), compiled, text, changed)
    return home


def _write(content: bytes, compiled: Path, text: Path, changed: int) -> None:
    """Write a compiled catalogue in one step: several processes may do so at once, and others read it meanwhile.

    It gets the modification time that its text had before it was read, so a later change of the text is noticed.
    """
    import os
    import shutil
    import tempfile

    handle, name = tempfile.mkstemp(prefix=".", suffix=".mo", dir=compiled.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        shutil.copymode(text, unfinished)  # mkstemp makes a file for its owner alone, but others may use this checkout
        os.utime(unfinished, ns=(changed, changed))
        unfinished.replace(compiled)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def as_mo(text: Path) -> bytes:
    """Return the compiled form of a catalogue.

    Args:
        text: The file that holds its text.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with text.open("rb") as file:
        catalogue = read_po(file)
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()
