"""A ledger in a file is previewed, applied, listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crm.exchange.imports.opening import open_table
from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable

HEAD = "企业名称,国别,联系人,职务,项目名称,投资额,行业,当前进度,责任单位,线索来源,最近联系日期,备注,甲乙丙丁"
ROWS = (
    "大和精机株式会社,日本,山本一郎,社长,精密零件项目,500万美元,C34,在谈,gaoxin,unit:gaoxin,2023.03.01,,x",
    "Beispiel Werke GmbH,德国,Eva Lang,,传感器项目,很多,C39,接洽,gaoxin,unit:gaoxin,2023-03-02,,",
    "丸红株式会社,日本,田中健一,部长,,,,,,,,,",
)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger of three companies, as GB18030."""
    file = tmp_path / "台账.csv"
    file.write_bytes("\n".join([HEAD, *ROWS]).encode("gb18030"))
    return file


def test_a_file_is_previewed_applied_and_listed(town: Terminal, ledger: Path, tmp_path: Path) -> None:
    """The preview says what becomes of each row and how to apply it; what is left out can be mended."""
    said = town.ok("import", str(ledger), "--lang", "zh")
    assert "共 3 行" in said
    assert "第 3 行（被拒绝）：Beispiel Werke GmbH" in said
    assert "投资额" in said
    assert "未导入的列：甲乙丙丁" in said
    assert "crm import" in said.splitlines()[-1]
    seen = town.json("import", "file", str(ledger))
    assert seen["totals"] == {"same": 1, "changes": 0, "new": 1, "likely": 0, "refused": 1}
    assert town.json("import", "list") == []
    apply = ("import", str(ledger), "--apply", seen["token"])
    assert town.refused(2, *apply)["problems"]
    rest = tmp_path / "rest.csv"
    done = town.json(*apply, "--skip-refused", str(rest))
    assert (done["made"], done["skipped"]) == (4, 1)
    left = rest.read_text("utf-8-sig").splitlines()
    assert left[0].startswith(HEAD)
    assert left[1].startswith("Beispiel Werke GmbH")
    (batch,) = town.json("import", "list")
    assert (batch["file"], batch["made"], batch["imported_by"]) == ("台账.csv", 4, "boss")
    card = town.json("import", "show", str(batch["id"]))
    assert [record["record"] for record in card["records"]] == ["contact", "investor", "lead", "meeting"]
    assert "大和精机" in town.ok("import", "show", "1")
    assert "台账.csv" in town.ok("import", "list", "--lang", "zh")
    again = town.json("import", str(ledger))
    assert again["totals"]["new"] == 0
    town.ok("investor", "edit", "大和精机", "--note", "x")
    taken = town.ok("import", "undo", str(batch["id"]), "--reason", "wrong file", "--lang", "zh")
    assert "第 2 行" in taken
    assert town.refused(1, "import", "undo", "1", "--reason", "again")


def test_what_is_left_out_may_be_a_workbook(town: Terminal, ledger: Path, tmp_path: Path) -> None:
    """With the texts as they stood, and read again once they are mended; another ending is refused before anything."""
    apply = ("import", str(ledger), "--apply", town.json("import", str(ledger))["token"])
    assert ".xlsx" in str(town.refused(2, *apply, "--skip-refused", str(tmp_path / "rest.doc")))
    assert town.json("import", "list") == []
    rest = tmp_path / "rest.xlsx"
    town.ok(*apply, "--skip-refused", str(rest))
    table = open_table(rest)
    (left,) = table.rows()
    assert left.values["investor.name"] == "Beispiel Werke GmbH"
    assert left.cells["最近联系日期"] == "2023-03-02"
    assert "Beispiel" in town.ok("import", str(rest), "--set", "lead.expected=5000000 EUR", "--all")


def test_a_company_of_a_row_is_named_by_what_the_preview_prints(town: Terminal, tmp_path: Path) -> None:
    """The line of a row that is likely the same has the option that says so."""
    file = tmp_path / "one.csv"
    file.write_text("企业名称,国别\nMarubani Corporation,日本\n", "utf-8")
    said = town.ok("import", str(file))
    found = re.search(r"--same (2=I\d+)", said)
    assert found is not None, said
    seen = town.ok("import", str(file), "--same", found[1])
    assert f"--same {found[1]}" in seen.splitlines()[-1]
    assert "17=I7" in str(town.refused(2, "import", str(file), "--same", "x"))
    assert "17=I7" in str(town.refused(2, "import", str(file), "--same", "2=1", "--same", "2=2"))


def test_options_are_checked(reader: Terminal, ledger: Path) -> None:
    """What cannot be meant is refused, with the way out."""
    assert "investor.country=JP" in str(reader.refused(2, "import", str(ledger), "--set", "investor.country"))
    assert "--ours" in str(reader.refused(2, "import", str(ledger), "--ours", "--theirs"))
    assert "no.field" in str(reader.refused(2, "import", str(ledger), "--set", "no.field=1"))
    assert "file" in str(reader.refused(2, "import", str(ledger / "none.csv")))
    assert "Row 4 (the same)" in reader.ok("import", str(ledger), "--all")


def test_a_mapping_is_drafted_and_a_sheet_to_fill_in_is_written(reader: Terminal, ledger: Path, tmp_path: Path) -> None:
    """The draft brings the same preview; the sheet has headers that are recognised."""
    draft, sheet = tmp_path / "mapping.toml", tmp_path / "sheet.csv"
    reader.ok("import", str(ledger), "--draft-mapping", str(draft))
    seen = reader.json("import", str(ledger), "--mapping", str(draft), "--encoding", "gb18030")
    assert seen["token"] == reader.json("import", str(ledger))["token"]
    reader.ok("import", str(sheet), "--template", "leads", "--lang", "zh")
    assert "项目名称" in sheet.read_text("utf-8-sig")
    fields = reader.json("import", "fields")
    assert {"path": "investor.uid", "label": "uid", "headings": []} in fields
    assert "investor.country" in reader.ok("import", "fields")
