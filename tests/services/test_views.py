"""Views: saved under a name, one's own, checked when saved and when read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from crm.errors import AccessDenied, Conflict, InvalidInput, NotFound, StaleRecord
from crm.models import AuditEntry
from crm.rules.kernel.views import DAYS, VIEWED
from tests.factories import LeadFactory, World
from tests.services.test_tags import problems


def test_a_view_narrows_its_list(world: World) -> None:
    """Its name is found in any spelling; what says which part is read is left out; saved again, it is replaced."""
    lead, _ = LeadFactory.create(world=world, industry="C36"), LeadFactory.create(world=world, industry="A01")
    world.tokyo.leads.tag(lead, ["周会"])
    asked = {"industry": "C", "tag": ["周会"], "sort": "title", "limit": 5, "unit": None}
    view = world.viewer.views.save("leads.list", "周 会", asked, columns=["title", "stage"])
    row = world.viewer.views.get("leads.board", "周会")
    assert (row.name, row.columns) == ("周 会", ("title", "stage"))
    assert dict(row.arguments) == {"industry": "C", "tag": ["周会"], "sort": "title"}
    assert [found.id for found in world.viewer.leads.list(**row.arguments)] == [lead.id]
    again = world.viewer.views.save("leads.stale", "周会", {"status": "active"})
    assert (again, again.version, again.columns) == (view, 2, None)
    with pytest.raises(StaleRecord):
        world.viewer.views.save("leads.list", "周会", {}, version=1)
    assert [(row.method, row.name) for row in world.viewer.views.list()] == [("leads.list", "周会")]
    assert world.manager.audit.verify() == ()


def test_views_are_ones_own(world: World) -> None:
    """Others have neither list nor name of it; one without an actor has none."""
    world.viewer.views.save("leads.list", "周会", {"status": "active"})
    assert world.tokyo.views.list() == ()
    for refused in (lambda: world.tokyo.views.get("leads.list", "周会"), lambda: world.tokyo.views.remove("周会")):
        with pytest.raises(NotFound):
            refused()
    world.tokyo.views.save("leads.list", "周会", {"status": "lost"})
    assert world.viewer.views.get("leads.list", "周会").arguments == {"status": "active"}
    with pytest.raises(AccessDenied):
        world.nobody.views.list()


def test_a_view_is_removed_and_its_name_is_free(world: World) -> None:
    """Where several lists have one of a name, the list is named."""
    world.viewer.views.save("leads.list", "周会", {})
    world.viewer.views.save("investors.list", "周会", {"country": "JP"})
    with pytest.raises(Conflict, match=r"investors\.list, leads\.list"):
        world.viewer.views.remove("周会")
    world.viewer.views.remove("周会", method="leads.list")
    world.viewer.views.remove("周会")
    assert world.viewer.views.list() == ()
    world.viewer.views.save("leads.list", "周会", {})
    verbs = select(AuditEntry.verb).where(AuditEntry.record == "saved_view").order_by(AuditEntry.id)
    assert world.session.scalars(verbs).all() == [*["view.save"] * 2, *["view.remove"] * 2, "view.save"]
    assert world.manager.audit.verify() == ()


def test_words_for_days_are_read_anew(world: World) -> None:
    """7天前 is seven days before the day on which the view is used."""
    world.viewer.views.save("leads.list", "久未联系", {"met_until": "7天前"})
    row = world.viewer.views.get("leads.list", "久未联系")
    assert row.arguments == {"met_until": world.today - timedelta(days=7)}
    assert world.viewer.views.list()[0].arguments == {"met_until": "7天前"}


@pytest.mark.parametrize(
    ("method", "name", "asked", "codes"),
    [
        ("leads.show", "—", {}, ["unknown", "name"]),
        ("leads.list", "x" * 41, [], ["too_long", "type"]),
        ("leads.list", "周会", {"stage": "none", "status": "?"}, ["choice", "stage"]),
        ("leads.list", "周会", {"statsu": "active"}, ["unknown"]),
        ("claims.list", "周会", {"statsu": "active", "x": 1}, ["unknown"]),
        ("leads.list", "周会", {"owner": object()}, ["type"]),
        ("leads.list", "周会", {"tag": ["没有"]}, ["not_found"]),
        ("leads.list", "周会", {"tag": ["长" * 40] * 200}, ["too_long"]),
    ],
)
def test_what_a_list_refuses_is_not_saved(world: World, method: str, name: str, asked: Any, codes: list[str]) -> None:
    """Everything wrong is named."""
    with pytest.raises(InvalidInput) as caught:
        world.viewer.views.save(method, name, asked)
    assert set(problems(caught.value)) == set(codes)
    assert world.viewer.views.list() == ()


def test_what_no_longer_reads_is_refused_with_the_way_out(world: World) -> None:
    """A tag that nothing has any more, a stage that the policy lost."""
    lead = LeadFactory.create(world=world)
    world.tokyo.leads.tag(lead, ["周会"])
    world.tokyo.views.save("leads.list", "重点", {"tag": ["周会"], "status": "active"})
    world.tokyo.leads.tag(lead, remove=["周会"])
    with pytest.raises(Conflict) as caught:
        world.tokyo.views.get("leads.list", "重点")
    (flaw,) = caught.value.problems
    assert flaw.code == "view"
    assert "周会" in str(flaw)
    assert "crm view remove 重点" in str(flaw)


def test_every_list_with_views_lists_and_knows_its_days(world: World) -> None:
    """And takes no filter at all; its days are those whose words are kept."""
    from crm.interface.methods import methods

    for method in VIEWED:
        world.viewer.views.save(method, "全部", {})
        days = {argument.name for argument in methods()[method].arguments if "date" in str(argument.kind)}
        assert days - {"today"} <= DAYS, method
    assert len(world.viewer.views.list()) == len(VIEWED)
