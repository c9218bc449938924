"""What a page names exists, and what is generated is up to date."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import crm
from tests.docs.pages import PAGES, ROOT

#: The catalogues are no page; the tests of the command line look after them.
GENERATORS = sorted(set((ROOT / "scripts").glob("generate_*.py")) - {ROOT / "scripts" / "generate_catalogues.py"})
#: Loads the whole demo; `make check` runs each of them as well.
SLOW = ROOT / "scripts" / "generate_readme_demo.py"
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(r"`((?:crm|docs|migrations|scripts|tests)/[\w/.-]+)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_pages_resolves(page: Path) -> None:
    """To a file, and to a heading in it where one is named."""
    broken = []
    for target in _LINK.findall(page.read_text("utf-8")):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in _anchors(file)):
            broken.append(target)
    assert broken == []


def _anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as they are commonly made."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_a_page_names_exists(page: Path) -> None:
    """A page that says where something is, is right."""
    named = _PATH.findall(page.read_text("utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.whole
@pytest.mark.parametrize(
    "script",
    [
        pytest.param(generator, marks=[pytest.mark.whole] if generator == SLOW else [], id=generator.stem)
        for generator in GENERATORS
    ],
)
def test_generated_pages_are_up_to_date(script: Path) -> None:
    """As `make docs` would write them."""
    done = subprocess.run(
        [sys.executable, "-c", "import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')",
         script, "--check"],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_page_is_in_the_index() -> None:
    """So that it can be found."""
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    assert [page.name for page in PAGES if f"{page.name})" not in index and page.name != "index.md"] == []


@pytest.mark.parametrize("name", crm.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    """In its docstring, and in the README or on the page for embedders."""
    assert getattr(crm, name).__doc__
    shown = "".join((ROOT / page).read_text("utf-8") for page in ("README.md", "docs/embedding.md"))
    assert re.search(rf"\b{name}\b", shown)


@pytest.mark.whole
def test_everything_public_has_a_docstring() -> None:
    """Every module, class, function and method under crm/ whose name does not start with an underscore."""
    assert [where for path in sorted((ROOT / "crm").rglob("*.py")) for where in _undocumented(path)] == []


def _undocumented(path: Path) -> Iterator[str]:
    module = ast.parse(path.read_text("utf-8"))
    if not ast.get_docstring(module):
        yield str(path.relative_to(ROOT))
    yield from (f"{path.relative_to(ROOT)}: {name}" for name in _bare(module, ""))


def _bare(parent: ast.AST, prefix: str) -> Iterator[str]:
    """Yield the public definitions without a docstring; what stands inside a function is nobody's to call."""
    for node in ast.iter_child_nodes(parent):
        if not isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) or node.name.startswith("_"):
            continue
        if node.name in {"Meta", "Params"}:  # words of factory-boy
            continue
        overload = any("overload" in ast.unparse(decorator) for decorator in getattr(node, "decorator_list", []))
        if not ast.get_docstring(node) and not overload:
            yield prefix + node.name
        if isinstance(node, ast.ClassDef):
            yield from _bare(node, f"{prefix}{node.name}.")
