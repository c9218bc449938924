"""What the library logs, under the names on the page for embedders."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm import CRM, CRMError, session_scope
from crm.errors import BeginAgain

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.portable


def test_a_refusal_is_logged_by_its_codes(session: Session, caplog: pytest.LogCaptureFixture) -> None:
    """The method, the error, the codes; no name that somebody typed."""
    CRM(session, None).staff.found("admin", "管理员")
    with caplog.at_level(logging.INFO, "crm"), pytest.raises(CRMError):
        CRM(session, "admin").leads.open("田中太郎商事", title="", station="tokyo")
    (record,) = [record for record in caplog.records if record.name == "crm.verbs"]
    assert re.match(r"\w+\.open refused: InvalidInput: \w+", record.getMessage())
    assert "田中" not in record.getMessage()


def test_nothing_is_logged_of_what_succeeds(session: Session, caplog: pytest.LogCaptureFixture) -> None:
    """A host's log has what went wrong."""
    with caplog.at_level(logging.DEBUG, "crm"):
        CRM(session, None).staff.found("admin", "管理员")
        CRM(session, "admin").investors.add("丸红", country="JP")
    assert [record for record in caplog.records if record.name.startswith("crm")] == []


def test_a_repeated_block_is_logged(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """Each time another transaction was in the way, but for the last: that one is raised."""
    with pytest.raises(BeginAgain):
        for attempt in session_scope(engine, retry=2):
            with attempt:
                raise BeginAgain.because("in the way")
    assert [record.name for record in caplog.records] == ["crm.db", "crm.db"]


def test_the_page_names_the_loggers() -> None:
    """Those that there are, and no other."""
    used = {
        name
        for path in (ROOT / "crm").rglob("*.py")
        for name in re.findall(r"getLogger\(\"([\w.]+)\"\)", path.read_text("utf-8"))
    }
    page = (ROOT / "docs" / "embedding.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(crm\.\w+)` \| [A-Z]+ \|", page, re.MULTILINE)) == used
