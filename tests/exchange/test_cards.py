"""Contacts as vCards, read back by another reader."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from crm.exchange.cards import VERSIONS, folded, write
from crm.reads.investors.rows import ContactCard, ContactRow
from tests.tiers import examples

pytestmark = pytest.mark.portable

TODAY = date(2023, 2, 17)
UID = UUID("0185bf00-0000-7000-8000-000000000001")


def job(title: str | None, investor: str, until: date | None = None) -> ContactRow:
    """Return an employment."""
    return ContactRow(
        id=1,
        name="x",
        department="北京; 室" if until is None else None,
        title=title,
        email=None,
        phone=None,
        investor=investor,
        since=None,
        until=until,
        employment_id=1,
        withdrawn=None,
        described={},
    )


def card(name: str, *jobs: ContactRow, email: str | None = None, phone: str | None = None) -> ContactCard:
    """Return a contact."""
    described = {"name": name, "email": email, "phone": phone, "note": "secret", "basis": "consent"}
    return ContactCard(id=1, uid=UID, described=described, archived=False, employments=jobs)  # type: ignore[arg-type]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_card_is_read_back(version: str) -> None:
    """Name, present employer and position, address and number; no note, no former employer."""
    former, present = job("部长", "旧商社", date(2022, 1, 1)), job("机械部；部长, A", "丸红; 株式会社")
    content = write(
        [card("田中, 健一", former, present, email="tanaka@example.com", phone="+81 3 1234 5678")],
        version=version,
        today=TODAY,
    )
    found = vobject.readOne(content.decode())
    assert found.version.value == version
    assert found.fn.value == "田中, 健一"
    assert found.org.value == ["丸红; 株式会社", "北京; 室"]
    assert found.title.value == "机械部；部长, A"
    assert found.email.value == "tanaka@example.com"
    assert found.tel.value == "+81 3 1234 5678"
    assert str(UID) in found.uid.value
    assert "secret" not in content.decode()
    assert "consent" not in content.decode()


@examples(50)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1), max_size=4))
def test_every_name_comes_back(names: list[str]) -> None:
    """Whatever its length and characters; no line is longer than 75 octets."""
    content = write([card(name) for name in names], version="4.0", today=TODAY)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    found = list(vobject.readComponents(content.decode()))
    assert [one.fn.value for one in found] == names


def test_a_line_is_folded_between_characters() -> None:
    """A character of several octets is not split."""
    parts = folded("名" * 60).split(b"\r\n")
    assert all(part.decode() for part in parts[:-1])
    assert b"".join(part.removeprefix(b" ") for part in parts).decode() == "名" * 60
