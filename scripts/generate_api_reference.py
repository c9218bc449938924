"""Write docs/api.md from the methods of the services, so that it cannot say anything else.

python scripts/generate_api_reference.py
python scripts/generate_api_reference.py --check
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crm.interface.methods import Argument, Method, methods, services
from tests.docs import api_examples

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "api.md"
_HEAD = """\
# The methods of the library

`make docs` makes this page from the docstrings; `make check` fails when it is out of date. `crm` is `CRM(session, actor)`, see
[embedding](embedding.md). A record is named by itself, its number, its uid, its code, or any unique part of its name. Every
list takes `limit=`, `offset=` and `after=`, see [lists](lists.md). A method that writes flushes, and never commits.

The example of each service runs in the tests: `crm` acts for an admin, in February 2023, and there is one lead, 冷链物流, of the investor
丸红株式会社.

A dangerous method is one that no other takes back, that decides who may act, or that hands out everything about a person or of the
database.

The same for a program: `crm.interface.methods.methods()` returns each method with its arguments and types, its right and
whether it writes; `crm.interface.json_schema` writes arguments and result as JSON Schema, in the form of [`to_dict`](json.md).

| service | methods |
| --- | --- |
{services}
"""
#: A longer signature has a line for each argument.
WIDTH = 100
#: Modules in the names of types, which say nothing to who reads the page.
_MODULES = re.compile(r"\b(?:[a-z_]+\.)+(?=[A-Za-z])")


def page() -> str:
    """Return the whole page."""
    known = methods()
    rooms = {
        service: [method for method in known.values() if method.name.startswith(f"{service}.")]
        for service, _ in services()
    }
    table = "\n".join(
        f"| [`crm.{service}`](#crm{service}) | {', '.join(f'`{short(method)}`' for method in rooms[service])} |"
        for service in rooms
    )
    parts = [_HEAD.replace("{services}", table)]
    for service, kind in services():
        parts.append(f"## crm.{service}\n\n{first_line(kind)}\n\n```python\n{example(service)}```\n")
        parts += ["\n".join(section(method)) for method in rooms[service]]
    return "\n".join(parts)


def example(service: str) -> str:
    """Return the example of a service, which tests/docs runs."""
    _, _, body = inspect.getsource(getattr(api_examples, service)).partition("\n")
    return inspect.cleandoc(f"\n{body}") + "\n"


def section(method: Method) -> Iterator[str]:
    """Yield the lines of a method."""
    docstring = method.docstring
    yield f"### crm.{method.name}\n"
    yield f"```text\n{signature(method)}\n```\n"
    yield "\n\n".join(filter(None, (docstring.summary, docstring.text, standing(method)))) + "\n"
    explained = [f"- `{argument.name}`: {argument.text}" for argument in method.arguments if argument.text]
    yield from [*explained, ""] if explained else []
    if docstring.returns:
        yield f"Returns: {docstring.returns}\n"
    refused = [f"- `{error}`: {why}" for error, why in docstring.raises.items()]
    yield from ["Raises:\n", *refused, ""] if refused else []


def signature(method: Method) -> str:
    """Return how a method is called: on one line, or with a line for each argument."""
    arguments = list(map(signed, order(method)))
    short = f"crm.{method.name}({', '.join(arguments)}) -> {written(method.returns)}"
    if len(short) <= WIDTH:
        return short
    lines = "".join(f"    {argument},\n" for argument in arguments)
    return f"crm.{method.name}(\n{lines}) -> {written(method.returns)}"


def order(method: Method) -> Iterator[Argument | str]:
    """Yield the arguments as a signature has them, with the star before those that are passed by name."""
    starred = False
    for argument in method.arguments:
        if argument.by_name and not starred:
            starred = True
            yield "*"
        yield argument


def signed(argument: Argument | str) -> str:
    """Return an argument as the signature shows it."""
    if isinstance(argument, str):
        return argument
    return f"{argument.name}: {written(argument.kind)}" + ("" if argument.required else " = ...")


def standing(method: Method) -> str:
    """Return what kind of method it is, and the right that it asks for."""
    kind = "Writes" if method.writes else "Reads"
    if method.right is None:
        return f"{kind}; needs no actor. Dangerous: ask a person first."
    own = ", of some roles on their own records" if method.by_record else ""
    danger = " Dangerous: ask a person first." if method.dangerous else ""
    return f"{kind}; needs the right `{method.right.value}`{own}.{danger}"


def written(kind: Any) -> str:
    """Return a type as its name."""
    return _MODULES.sub("", inspect.formatannotation(kind)).replace("NoneType", "None")


def first_line(kind: type) -> str:
    """Return what a service is about."""
    return (inspect.getdoc(kind) or "").partition(";")[0].partition("\n")[0].rstrip(".") + "."


def short(method: Method) -> str:
    """Return the name of a method within its service."""
    return method.name.partition(".")[2]


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
