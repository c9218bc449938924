"""What is corrected after a period was closed: the published figure stays, and the restatement shows the difference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from crm.models import Lead
from tests.factories import InvestorFactory, LeadFactory, World

pytestmark = pytest.mark.portable

Change = Callable[[World, Lead], Any]


def redated(world: World, lead: Lead) -> None:
    """The signing was in January."""
    for move, day in ((1, "2023-01-10"), (2, "2023-01-12"), (3, "2023-01-20")):
        world.manager.leads.redate(lead, day, move=move, reason="typed wrongly")


def agreement_withdrawn(world: World, lead: Lead) -> None:
    """The agreement is another lead's."""
    (paper,) = world.manager.leads.evidence(lead)
    world.manager.leads.withdraw_evidence(paper.id, reason="another lead's")


def meeting_withdrawn(world: World, lead: Lead) -> None:
    """The talk that opened the way was another lead's."""
    (talk,) = world.manager.meetings.list(lead=lead)
    world.manager.meetings.withdraw(talk.id, reason="another lead's")


def taken_back(world: World, lead: Lead) -> None:
    """It was not signed after all."""
    world.manager.leads.back(lead, "negotiating", reason="only a letter of intent")


@pytest.mark.parametrize("change", [agreement_withdrawn, meeting_withdrawn, taken_back])
def test_a_signing_that_no_longer_counts(world: World, change: Change) -> None:
    """The signing leaves the figures of its month; what was published of the month stays."""
    lead = LeadFactory.create(world=world, investor=InvestorFactory.create(world=world, country="JP"), signed=True)
    world.clock.instant = datetime(2023, 3, 1, 2, 0, tzinfo=UTC)
    closing = world.manager.figures.close("2023-02")
    change(world, lead)
    assert {figure.key: figure.value for figure in closing.figures}["leads_signed"] == 1
    assert told(world) == {"leads_signed": (1, 0)}
    assert world.manager.figures.count("leads_signed", "2023-02").value == 0


def test_a_signing_of_another_month(world: World) -> None:
    """With a day of January it counts there, and the published February stays; closed again, nothing differs."""
    world.clock.instant = datetime(2023, 2, 10, 2, 0, tzinfo=UTC)
    lead = LeadFactory.create(world=world, investor=InvestorFactory.create(world=world, country="JP"))
    contact = world.tokyo.contacts.add(lead.investor, "窓口", since="2022-01-01")
    world.tokyo.meetings.log(lead, summary="talk", contacts=[contact], at="2023-01-11 10:00", zone="Asia/Tokyo")
    world.tokyo.leads.advance(lead)
    world.tokyo.leads.add_evidence(lead, "agreement", dated=date(2023, 1, 19), reference="a", amount="20000000 USD")
    world.tokyo.leads.advance(lead)
    world.clock.instant = datetime(2023, 3, 1, 2, 0, tzinfo=UTC)
    closing = world.manager.figures.close("2023-02")
    redated(world, lead)
    assert {figure.key: figure.value for figure in closing.figures}["leads_signed"] == 1
    assert told(world) == {"leads_received": (1, 0), "leads_signed": (1, 0)}
    assert world.manager.figures.count("leads_signed", "2023-01").value == 1
    world.manager.figures.close("2023-02", reason="corrected")
    assert told(world) == {}


def told(world: World) -> dict[str, tuple[Any, Any]]:
    """Return what the restatement of February says of each figure: as published, and now."""
    figures = world.manager.report.restatement("2023-02").figures
    return {figure.key: (figure.beside[0][2], figure.value) for figure in figures}
