"""What happened to a lead, by day."""

from __future__ import annotations

import pytest

from crm.errors import AccessDenied
from tests.factories import ArrivalFactory, LeadFactory, World

pytestmark = pytest.mark.portable


def test_everything_stands_in_the_order_of_the_days(world: World) -> None:
    """Moves, visits, documents, capital, follow-ups, a handover, and what was corrected or withdrawn."""
    lead = LeadFactory.create(world=world, registered=True, received="2023-01-03")
    ArrivalFactory.create(world=world, lead=lead, amount="1000000 EUR")
    crm = world.manager
    meeting = crm.meetings.log(lead, summary="谈选址", at="2023-02-17 23:30", zone="Asia/Tokyo")
    crm.meetings.edit(meeting, summary="谈用地", reason="记错")
    gone = crm.meetings.log(lead, summary="误记", at="2023-02-10 10:00", zone="Asia/Tokyo")
    crm.meetings.withdraw(gone, reason="重复")
    crm.followups.done(crm.followups.add(lead, "寄资料", due="2023-02-28"), result="已寄")
    crm.followups.add(lead, "回访", due="2023-01-31")
    crm.leads.handover(lead, owner="frankfurt.desk", reason="换人")
    assert crm.leads.redate(lead, "2022-12-30", move=1, reason="迟录").occurred_on.isoformat() == "2022-12-30"
    rows = crm.leads.timeline(lead)
    assert [row.on for row in rows] == sorted(row.on for row in rows)
    assert {row.record for row in rows} >= {
        "transition", "meeting", "evidence", "capital_arrival", "followup", "assignment", "correction",
    }  # fmt: skip
    visits = {row.id: row for row in rows if row.record == "meeting"}
    assert (visits[meeting.id].on.isoformat(), visits[meeting.id].text) == ("2023-02-17", "谈用地")
    assert visits[gone.id].withdrawn is not None
    assert [(row.kind, row.by, row.reason) for row in rows if row.record == "correction"] == [
        ("lead.redate", "manager.desk", "迟录"), ("meeting.edit", "manager.desk", "记错"),
        ("meeting.withdraw", "manager.desk", "重复"),
    ]  # fmt: skip
    assert {(row.kind, row.text, row.reason) for row in rows if row.record == "followup"} == {
        ("done", "寄资料", "已寄"), ("open", "回访", None),
    }  # fmt: skip
    (hands,) = [row for row in rows if row.record == "assignment"]
    assert (hands.text or "").startswith("frankfurt.desk")
    moves = [row for row in rows if row.record == "transition"]
    assert moves[0].stages == (None, "contact")
    assert len(moves) == len(crm.leads.history(lead))


def test_a_lead_of_others_has_none_that_is_confidential(world: World) -> None:
    """It is refused like the card."""
    lead = LeadFactory.create(world=world, confidential=True, code_name="Heron")
    with pytest.raises(AccessDenied):
        world.frankfurt.leads.timeline(lead.id)
