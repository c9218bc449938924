"""Every list is read whole, page by page, or one row after another, by the same arguments."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import InvalidInput
from crm.reads.kernel.listing import Page
from tests.laws.scenes import Scene
from tests.laws.test_statement_counts import TABLE, method

pytestmark = pytest.mark.portable

#: The methods that list.
LISTS = [name for name in TABLE if hasattr(method(name), "listing")]
#: So many pages of a long list are read.
PAGES = 20
#: Those ordered by what may be empty, or computed together, which take an offset alone.
WITHOUT_CURSOR = {
    "stations.list", "units.list", "staff.list", "contacts.list", "groups.memberships", "industries.list", "industries.show", "requests.list",
    "requests.reinvestments", "referrals.credit", "trips.by_unit", "targets.list", "targets.editions",
    "figures.closings", "benchmarks.list",
}  # fmt: skip


def called(scene: Scene, name: str, door: CRM, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Page[Any]]:
    """Return a list of the scene with the arguments that the table of verbs has for it."""
    service, _, verb = name.partition(".")
    kind, found = type(getattr(door, service)), list[Any]()
    with monkeypatch.context() as patch:
        patch.setattr(kind, verb, lambda _, *args, **kw: found.append((args, kw)))
        TABLE[name][1](door, scene)
    args, kw = found[-1]
    return partial(getattr(getattr(door, service), verb), *args, **{key: kw[key] for key in kw if key != "limit"})


def test_every_list_is_one() -> None:
    """What is called a list returns a page."""
    assert {name for name in TABLE if name.endswith(".list")} <= {*LISTS}


@pytest.mark.parametrize("name", LISTS)
def test_pages_follow_each_other(scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages by offset and by cursor, and the rows one after another, are the list; each page knows the total."""
    with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
        door = CRM(session, TABLE[name][0], clock=scene.clock)
        read = called(scene, name, door, monkeypatch)
        whole = read(limit=None)
        assert whole.total == len(whole)
        assert (whole.more, whole.after) == (False, None)
        assert tuple(door.stream(read, limit=None)) == whole
        assert tuple(door.stream(read, limit=2, offset=1)) == whole[1:3]
        # Of a list of thousands some twenty pages: each is a statement.
        most = max(2, len(whole) // PAGES)
        page, by_offset, by_cursor = read(limit=most), list[Any](), list[Any]()
        while page:
            by_offset += page
            assert page.total == len(whole)
            assert page.more == (len(by_offset) < len(whole))
            page = read(limit=most, offset=len(by_offset))
        assert tuple(by_offset) == whole
        page = read(limit=most)
        assert (page.after is not None) == (name not in WITHOUT_CURSOR and page.more)
        by_cursor += page
        while page.after is not None:
            page = read(limit=most, after=page.after)
            by_cursor += page
        if name not in WITHOUT_CURSOR:
            assert tuple(by_cursor) == whole
        assert pickle.loads(pickle.dumps(whole[:0])) == ()  # noqa: S301 - our own
        session.rollback()


@pytest.mark.parametrize("name", LISTS)
def test_a_wrong_part_is_refused(scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything wrong about it is named at once, and a cursor of another list is none."""
    with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
        read = called(scene, name, CRM(session, TABLE[name][0], clock=scene.clock), monkeypatch)
        with pytest.raises(InvalidInput) as caught:
            read(limit=-1, offset=-1, after="%")
        assert {flaw.field for flaw in caught.value.problems} == {"limit", "offset", "after"}
        with pytest.raises(InvalidInput):
            read(limit=1, after="WyJub25lIiwibm9uZSIsIm5vbmUiLCJub25lIiwibm9uZSJd")
        session.rollback()
