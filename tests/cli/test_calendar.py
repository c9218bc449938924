"""``crm calendar`` and ``crm contact vcard``: files for telephones and mail programs."""

from __future__ import annotations

from pathlib import Path

import icalendar
import pytest
import vobject

from crm.reads.calendar import CalendarItem
from tests.cli.conftest import Terminal
from tests.cli.test_verbs import keys

pytestmark = pytest.mark.portable


def test_a_calendar_is_written(town: Terminal, tmp_path: Path) -> None:
    """For a station, by default for oneself; the file is kept unless forced."""
    town.ok("todo", "add", "L1", "寄送资料", "--owner", "tokyo.desk", "--due", "2100-01-01")
    path = tmp_path / "tokyo.ics"
    assert str(path) in town.ok("calendar", "--station", "tokyo", "--output", str(path), "--lang", "en")
    (event,) = icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    assert str(event["summary"]) == "Follow-up: 寄送资料"
    town.refused(2, "calendar", "--output", str(path))
    (item,) = town.json("calendar", "--person", "tokyo.desk")
    assert set(item) == keys(CalendarItem)
    assert "BEGIN:VCALENDAR" in town.ok("calendar")
    town.refused(2, "calendar", "--station", "tokyo", "--unit", "gaoxin")


@pytest.mark.parametrize("version", ["3", "4"])
def test_cards_are_written(town: Terminal, tmp_path: Path, version: str) -> None:
    """Of one contact, or of everybody at an investor; without either the option is asked for."""
    town.ok("contact", "edit", "田中", "--phones", "mobile +81 90 1234 5678; fax +81 3 1234 5679")
    path = tmp_path / "tanaka.vcf"
    town.ok("contact", "vcard", "田中", "--version", version, "--output", str(path))
    (card,) = vobject.readComponents(path.read_text("utf-8"))
    assert (card.fn.value, card.email.value) == ("田中健一", "tanaka@example.com")
    assert [number.value for number in card.tel_list] == ["+81 90 1234 5678", "+81 3 1234 5679"]
    assert card.version.value == f"{version}.0"
    assert "田中健一" in town.ok("contact", "vcard", "--investor", "丸红", "--version", version)
    town.refused(2, "contact", "vcard")
