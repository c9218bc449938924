"""Lists of industries of GB/T 4754 from files: code, Chinese name and optional English name."""

from __future__ import annotations

from crm.errors import N_, InvalidInput, problem
from crm.exchange.delimited import lines

_CODE = frozenset({"code", "代码", "行业代码"})
_NAME = frozenset({"name", "名称", "行业名称", "类别名称"})
_ENGLISH = frozenset({"name_en", "english", "英文名称"})


def read(content: bytes | str, *, encoding: str | None = None) -> list[tuple[str, str, str]]:
    """Return (code, Chinese name, English name or an empty text) of each line, in the order of the file.

    Args:
        content: The file's bytes, or its text.
        encoding: What it is in, where a person says so.

    Raises:
        InvalidInput: It cannot be read, or its first line names no code and no name.
    """
    rows = lines(content, encoding=encoding, expected=("代码", "名称"))
    head = [cell.casefold() for cell in next(rows).cells]
    place = {
        key: next((index for index, cell in enumerate(head) if cell in names), None)
        for key, names in (("code", _CODE), ("name", _NAME), ("english", _ENGLISH))
    }
    code, name, english = place["code"], place["name"], place["english"]
    if code is None or name is None:
        raise InvalidInput(
            problem(
                N_('The first line, "{text}", is not the header of a list of industries.'),
                N_("It has code and name (代码, 名称), and optionally name_en."),
                field="file",
                code="layout",
                text=",".join(head)[:60],
            )
        )

    def cell(cells: tuple[str, ...], index: int | None) -> str:
        return "" if index is None or index >= len(cells) else cells[index]

    return [(cell(line.cells, code), cell(line.cells, name), cell(line.cells, english)) for line in rows]
