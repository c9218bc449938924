"""Business cards, calendars and JSON Lines as rows."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.exchange.imports.opening import open_table
from crm.rules.imports.rows import SourceRow
from tests.tiers import examples

pytestmark = pytest.mark.portable


def _rows(folder: Path, text: str, codec: str = "utf-8") -> list[SourceRow]:
    path = folder / "file"
    path.write_bytes(text.encode(codec))
    return list(open_table(path).rows())


def test_a_card_of_version_3_is_a_contact_of_a_company(tmp_path: Path) -> None:
    """Folded lines, escapes, groups and preferred numbers are read; a fax is no telephone."""
    (row,) = _rows(
        tmp_path,
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:示例;甲;;;\r\nORG:示例精密\\, 有限公司;销售部\r\nTITLE:总经\r\n 理\r\n"
        "TEL;TYPE=FAX:0531-1\r\nTEL;TYPE=WORK:0531-2\r\nTEL;TYPE=CELL,PREF:138\r\n"
        "ADR:;;示例路1号;济南;;;\r\n"
        "item1.EMAIL;TYPE=INTERNET:a@example.org\r\nNOTE:第一行\\n第二行\r\nEND:VCARD\r\n",
    )
    assert row.values == {
        "contact.name": "示例甲",
        "investor.name": "示例精密, 有限公司",
        "contact.department": "销售部",
        "contact.title": "总经理",
        "contact.phone": "138",
        "contact.email": "a@example.org",
        "investor.website": None,
        "contact.address": "示例路1号, 济南",
        "contact.note": "第一行\n第二行",
    }


def test_cards_of_versions_4_and_2_1_are_read(tmp_path: Path) -> None:
    """Version 4 numbers are URIs; 2.1 has quoted-printable in a Chinese encoding, as old telephones export it."""
    first, second = _rows(
        tmp_path,
        "BEGIN:VCARD\nVERSION:4.0\nFN:Example Person\nTEL;VALUE=uri;PREF=2:tel:+49-1\nTEL;PREF=1:tel:+49-2\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=GB18030;ENCODING=QUOTED-PRINTABLE:=CA=BE=C0=FD;=\n=BC=D7;;;\nEND:VCARD\n",
    )
    assert (first.values["contact.name"], first.values["contact.phone"]) == ("Example Person", "+49-2")
    assert second.values["contact.name"] == "示例甲"


def test_events_are_meetings_and_tasks_are_follow_ups(tmp_path: Path) -> None:
    """Zones of Windows, UTC and whole days are read; a repeated event refuses its row."""
    meeting, whole, repeated, task = _rows(
        tmp_path,
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:x\r\nBEGIN:STANDARD\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
        "BEGIN:VEVENT\r\nSUMMARY:拜访\r\nDESCRIPTION:谈二期\r\nDTSTART;TZID=China Standard Time:20260524T140000\r\n"
        'ATTENDEE;CN="示例甲":mailto:a@example.org\r\nLOCATION:济南\r\nX-COMPANY:示例公司\r\n'
        "BEGIN:VALARM\r\nSUMMARY:no\r\nEND:VALARM\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nSUMMARY:b\r\nDTSTART;VALUE=DATE:20260525\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nSUMMARY:c\r\nDTSTART:20260524T060000Z\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n"
        "BEGIN:VTODO\r\nSUMMARY:寄资料\r\nDUE:20260601T090000Z\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
    )
    assert meeting.values["meeting.at"] == datetime(2026, 5, 24, 14)  # noqa: DTZ001 - its zone stands beside it
    assert meeting.values["meeting.zone"] == "Asia/Shanghai"
    assert meeting.values["meeting.summary"] == "拜访\n谈二期"
    assert (meeting.values["contact.name"], meeting.values["investor.name"]) == ("示例甲", "示例公司")
    assert whole.values["meeting.at"] == date(2026, 5, 25)
    assert repeated.wrong["meeting.at"].code == "repeated"
    assert (task.values["followup.text"], task.values["followup.due"]) == ("寄资料", date(2026, 6, 1))


def test_json_lines_have_paths_or_headings(tmp_path: Path) -> None:
    """Objects are joined by a dot, decimals are exact, lists are joined by a semicolon."""
    first, second = _rows(
        tmp_path,
        '{"investor": {"name": "示例", "country": "JP"}, "lead.expected": 12.10, "备注": ["a", "b"]}\n\n{"企业名称": null, "lead.expected": "5 USD"}\n',
    )
    assert first.values["investor.name"] == "示例"
    assert first.values["lead.expected"] == Decimal("12.10")
    assert first.values["lead.note"] == "a; b"
    assert (second.number, second.values["lead.expected"]) == (3, "5 USD")


_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"]), min_size=1, max_size=60
)


@examples(60, deadline=None)
@given(st.lists(st.tuples(_TEXT, _TEXT), min_size=1, max_size=4))
def test_names_and_notes_of_cards_come_back(
    tmp_path_factory: pytest.TempPathFactory, cards: list[tuple[str, str]]
) -> None:
    """Written as the standard says, escaped and folded anywhere, they are the same."""

    def escaped(text: str) -> str:
        for mark in "\\,;":
            text = text.replace(mark, "\\" + mark)
        return text

    def folded(line: str) -> str:
        return "\r\n ".join(line[at : at + 20] for at in range(0, len(line), 20))

    lines = [
        line
        for name, note in cards
        for line in (
            "BEGIN:VCARD",
            "VERSION:3.0",
            folded(f"FN:x{escaped(name)}x"),
            folded(f"NOTE:x{escaped(note)}x"),
            "END:VCARD",
        )
    ]
    rows = _rows(tmp_path_factory.mktemp("cards"), "\r\n".join(lines) + "\r\n")
    import unicodedata

    assert [(row.values["contact.name"], row.values["contact.note"]) for row in rows] == [
        tuple(unicodedata.normalize("NFC", f"x{text}x") for text in card) for card in cards
    ]
