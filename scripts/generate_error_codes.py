"""Write docs/errors.md from the sources: every code of a refusal with its sentences, and the gates of leads.

python scripts/generate_error_codes.py
python scripts/generate_error_codes.py --check
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from crm.rules.pipeline.facts import GATES

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "errors.md"
_HEAD = """\
# Codes of errors

`make docs` makes this page from the sources. Each problem of an [error](json.md#errors) has a `code`: a stable word for programs. One code
may have several sentences; `values` has the values of their braces. Codes do not change; new ones may be added.

| code | sentences |
| --- | --- |
"""
#: Sentences that stand in a table, by the code of their problem.
_TABLED = {"open_work": "What is still open there, by kind of record: {count}, {numbers}."}
_GATES = """
## Gates

What a lead lacks for a stage has the gate as its code and its field, and the stage as `stage`: {gates}.
"""


def page() -> str:
    """Return the whole page."""
    rows = (f"| `{code}` | {'<br>'.join(sorted(texts))} |\n" for code, texts in sorted(codes().items()))
    return _HEAD + "".join(rows) + _GATES.format(gates=", ".join(f"`{gate}`" for gate in GATES))


def codes() -> dict[str, set[str]]:
    """Return the sentences of each code."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "crm").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            for code in named(call):
                found[code] |= {text for text in sentences(call) if text.endswith((".", "}"))}
    listed = {code: texts or {_TABLED[code]} for code, texts in found.items() if texts or code in _TABLED}
    return {code: {text.replace("|", "\\|") for text in texts} for code, texts in listed.items()}


def named(node: ast.AST) -> Iterator[str]:
    """Yield the code that a call passes, by name or behind its sentence, or that a function has as its default."""
    match node:
        case ast.Call(args=[ast.Call(func=ast.Name("N_")), ast.Constant(str(code)), *_]):
            yield code
        case ast.Call(keywords=keywords):
            for keyword in keywords:
                yield from texts(keyword.value) if keyword.arg == "code" else ()
        case ast.FunctionDef(args=ast.arguments(kwonlyargs=names, kw_defaults=defaults)):
            for name, default in zip(names, defaults, strict=True):
                yield from texts(default) if name.arg == "code" else ()


def texts(node: ast.AST | None) -> list[str]:
    """Return a node's text, if it is one."""
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def sentences(called: ast.AST) -> Iterator[str]:
    """Yield the sentences of a problem: the first argument of its call, or those that a condition there chooses from."""
    calls = (
        [called] if isinstance(called, ast.Call) else [node for node in ast.walk(called) if isinstance(node, ast.Call)]
    )
    first = [call.args[0] for call in calls if call.args]
    for node in (node for part in first for node in ast.walk(part)):
        match node:
            case ast.Call(func=ast.Name("N_"), args=[ast.Constant(str(text))]):
                yield text


def main() -> int:
    """Write the page, or check it."""
    content = page()
    if PAGE.exists() and PAGE.read_text("utf-8") == content:
        return 0
    if "--check" in sys.argv[1:]:
        print(f"{PAGE.relative_to(ROOT)} is out of date; run: make docs")
        return 1
    PAGE.write_text(content, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
