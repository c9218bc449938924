"""Law 9: nothing typed wrongly stays wrong. Every noun is corrected, withdrawn and restored, or named with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from attrs import frozen
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import AccessDenied, Conflict, InvalidInput, StaleRecord
from crm.models.audited import audited_models, record_name
from crm.models.base import Removable, Withdrawable
from tests.factories import ContactFactory, InvestorFactory, LeadFactory, World
from tests.laws.withdrawals import TABLES

pytestmark = pytest.mark.portable


@frozen
class Noun:
    """How a noun is corrected.

    Attributes:
        make: The ambassador of Tokyo records one.
        edit: Corrects it; takes version and reason.
        withdraw: Withdraws it; takes version and reason.
        restore: Restores it; takes version and reason.
        listed: The numbers that its list shows.
        verbs: What the audit calls the three.
    """

    make: Callable[[World], Any]
    edit: Callable[..., Any]
    withdraw: Callable[..., Any]
    restore: Callable[..., Any]
    listed: Callable[..., list[int]]
    verbs: tuple[str, str, str]


NOUNS: Mapping[str, Noun] = {
    "meeting": Noun(
        make=lambda world: world.tokyo.meetings.log(InvestorFactory.create(world=world), summary="talked"),
        edit=lambda door, record, **more: door.meetings.edit(record, summary="corrected", **more),
        withdraw=lambda door, record, **more: door.meetings.withdraw(record, **more),
        restore=lambda door, record, **more: door.meetings.restore(record, **more),
        listed=lambda door, **more: [row.id for row in door.meetings.list(**more)],
        verbs=("meeting.edit", "meeting.withdraw", "meeting.restore"),
    ),
    "followup": Noun(
        make=lambda world: world.tokyo.followups.add(InvestorFactory.create(world=world), "send", due=world.day(3)),
        edit=lambda door, record, **more: door.followups.edit(record, text="corrected", **more),
        withdraw=lambda door, record, **more: door.followups.cancel(record, **more),
        restore=lambda door, record, **more: door.followups.restore(record, **more),
        listed=lambda door, **more: [row.id for row in door.followups.list(**more)],
        verbs=("followup.edit", "followup.cancel", "followup.restore"),
    ),
    "evidence": Noun(
        make=lambda world: world.tokyo.leads.add_evidence(
            LeadFactory.create(world=world), "memorandum", dated=world.today, reference="m"
        ),
        edit=lambda door, record, **more: door.leads.edit_evidence(record, reference="corrected", **more),
        withdraw=lambda door, record, **more: door.leads.withdraw_evidence(record, **more),
        restore=lambda door, record, **more: door.leads.restore_evidence(record, **more),
        listed=lambda door, **more: [
            row.id for lead in door.leads.list() for row in door.leads.evidence(lead.id, **more)
        ],
        verbs=("evidence.edit", "evidence.withdraw", "evidence.restore"),
    ),
    "event_attendance": Noun(
        make=lambda world: world.tokyo.events.attend(
            world.manager.events.add("forum", title="论坛", place="济南", starts=world.today), note="guests", people=3
        ),
        edit=lambda door, record, **more: door.events.edit_attendance(record, note="corrected", **more),
        withdraw=lambda door, record, **more: door.events.withdraw_attendance(record, **more),
        restore=lambda door, record, **more: door.events.restore_attendance(record, **more),
        listed=lambda door, **more: [row.id for row in door.events.show("forum", **more).attendance],
        verbs=("event.edit_attendance", "event.withdraw_attendance", "event.restore_attendance"),
    ),
    "request": Noun(
        make=lambda world: world.tokyo.requests.open(InvestorFactory.create(world=world), "power"),
        edit=lambda door, record, **more: door.requests.edit(record, text="corrected", **more),
        withdraw=lambda door, record, **more: door.requests.withdraw(record, **more),
        restore=lambda door, record, **more: door.requests.restore(record, **more),
        listed=lambda door, **more: [row.id for row in door.requests.list(**more)],
        verbs=("request.edit", "request.withdraw", "request.restore"),
    ),
    "employment": Noun(
        make=lambda world: world.tokyo.contacts.employ(
            ContactFactory.create(world=world), InvestorFactory.create(world=world)
        ),
        edit=lambda door, record, **more: door.contacts.edit_employment(
            record.contact_id, record.investor_id, title="corrected", **more
        ),
        withdraw=lambda door, record, **more: door.contacts.withdraw_employment(
            record.contact_id, record.investor_id, **more
        ),
        restore=lambda door, record, **more: door.contacts.restore_employment(
            record.contact_id, record.investor_id, **more
        ),
        listed=lambda door, **more: [
            row.employment_id for place in door.investors.list() for row in door.contacts.list(place.id, **more)
        ],
        verbs=("contact.edit_employment", "contact.withdraw_employment", "contact.restore_employment"),
    ),
    "ownership": Noun(
        make=lambda world: world.tokyo.groups.join(
            InvestorFactory.create(world=world), InvestorFactory.create(world=world)
        ),
        edit=lambda door, record, **more: door.groups.edit(record.child_id, since="2020-01-01", **more),
        withdraw=lambda door, record, **more: door.groups.withdraw(record.child_id, **more),
        restore=lambda door, record, **more: door.groups.restore(record.child_id, **more),
        listed=lambda door, **more: [
            row.id for place in door.investors.list() for row in door.groups.memberships(place.id, **more)
        ],
        verbs=("group.edit", "group.withdraw", "group.restore"),
    ),
}
#: Parts of a record that is corrected: taken out of it and put back with it.
PARTS = {
    "meeting_contact": "a person who was at a meeting: crm.meetings.edit",
    "meeting_staff": "one of ours who was at a meeting: crm.meetings.edit",
    "minute": "a line of the minutes: crm.meetings.edit",
    "saved_view": "a view of whoever saved it: saved again, removed: crm.views",
    "tagging": "a tag on a record: crm.leads.tag, crm.investors.tag",
}
#: Nouns with verbs of their own that put right what was typed wrongly.
OTHERWISE = {
    "tag": "a word: renamed, merged, split: crm.tags",
    "assignment": "a hand-over is put right by the next: crm.leads.handover",
    "binding": "taken away, and bound anew: crm.staff.unbind",
    "benchmark": "set again, the earlier edition stays: crm.benchmarks.set",
    "capital_arrival": "reversed, and recorded anew: crm.capital.correct",
    "claim": "its note edited: crm.claims.edit; released, transferred or decided, for a claim filed again would be backdated",
    "claim_event": "a step of a claim, append-only",
    "claim_share": "decided anew: crm.claims.rule",
    "contact": "edited by whoever may; archived, erased, merged",
    "contract_amount": "reversed, and recorded anew: crm.contracts.correct",
    "closing": "published: another edition is closed",
    "delegation": "edited until it is over, then closed or cancelled",
    "delegation_cost": "withdrawn with a reason: crm.trips.withdraw_cost",
    "delegation_leg": "edited with the trip until it is over",
    "delegation_member": "taken off with a reason: crm.trips.remove_member",
    "delegation_unit": "taken off with a reason: crm.trips.remove_unit",
    "distinct": "two companies that a merge takes together are one",
    "enterprise": "edited by whoever may edit the lead: crm.leads.register",
    "event": "edited by whoever may; held or cancelled",
    "import": "undone: crm.imports.undo",
    "industry": "loaded again from a file",
    "investor": "edited by whoever may; archived, merged",
    "investor_identifier": "withdrawn with a reason: crm.investors.unidentify",
    "investor_name": "edited with the investor",
    "lead": "edited by whoever may; the day it was received: crm.leads.redate",
    "merge": "undone: crm.merges.undo",
    "planned_visit": "cancelled with a reason: crm.trips.cancel_visit",
    "posting": "the next posting says where somebody is: crm.staff.move",
    "published_figure": "published: another edition is closed",
    "rate_load": "loaded again: the newer load counts",
    "referral": "edited, withdrawn and restored by its status, its share free meanwhile: crm.referrals.edit",
    "score": "frozen: another edition is frozen",
    "score_cell": "frozen: another edition is frozen",
    "staff": "edited, archived, restored: crm.staff.edit",
    "unit": "edited, archived, restored: crm.units.edit",
    "station": "edited: crm.stations.edit",
    "station_event": "the next status follows: crm.stations.set_status",
    "target": "edited in a new version, ended and restored by managers alone: crm.targets.edit",
    "target_baseline": "set again with the target",
    "target_terms": "set again with the target",
    "target_unit": "set again with the target",
    "request_event": "a step of a request, append-only: the request is edited, reopened or withdrawn",
    "carried_over": "settled once its gates are met: crm.leads.settle; a lead carried too far is moved back with a reason",
    "redate": "corrected by the next: crm.leads.redate",
    "transition": "moved back or reopened with a reason; its day: crm.leads.redate",
}


@pytest.fixture
def world(session: Session) -> World:
    """A bureau, rolled back after the test."""
    return World(session)


def test_every_noun_is_corrected_or_named() -> None:
    """A new table is corrected like the others, or somebody says why not."""
    told = [*NOUNS, *PARTS, *OTHERWISE]
    assert sorted(told) == sorted(record_name(model) for model in audited_models())
    for model in audited_models():
        assert issubclass(model, Withdrawable) == (record_name(model) in NOUNS)
        assert (issubclass(model, Removable) and not issubclass(model, Withdrawable)) == (record_name(model) in PARTS)
    assert len(TABLES) == len(NOUNS) + len(PARTS)


@pytest.mark.parametrize("name", NOUNS)
class TestEveryNoun:
    """The three words say the same of each."""

    def test_in_one_act_each(self, world: World, name: str) -> None:
        """With who, when and why; it leaves its list, comes back to it, and the audit accounts for everything."""
        noun = NOUNS[name]
        record = noun.make(world)
        for verb, does in zip(noun.verbs, (noun.edit, noun.withdraw, noun.restore), strict=True):
            version = record.version
            does(world.tokyo, record, version=version, reason="typed wrongly")
            (entry,) = world.admin.audit.list(record=name, record_id=record.id, limit=1)
            assert (entry.verb, entry.actor, entry.reason) == (verb, "tokyo.desk", "typed wrongly")
            assert (entry.at, record.version) == (world.clock(), version + 1)
            gone = does is noun.withdraw
            assert (record.id in noun.listed(world.viewer)) == (not gone)
            assert record.id in noun.listed(world.viewer, withdrawn=True)
            assert (record.withdrawn_by_id, record.withdrawn_reason) == (
                (record.withdrawn_by_id or 0, "typed wrongly") if gone else (None, None)
            )
        assert world.admin.audit.verify() == ()

    def test_who_may(self, world: World, name: str) -> None:
        """Whoever recorded it for seven days; later, and what another recorded, a manager with a reason."""
        noun = NOUNS[name]
        record = noun.make(world)
        world.clock.forward(days=7)
        noun.edit(world.tokyo, record)
        others = {"frankfurt": world.frankfurt, "viewer": world.viewer, "verifier": world.verifier}
        for does in (noun.edit, noun.withdraw, noun.restore):
            for door in others.values():
                _denied(does, door, record, reason="r")
            with pytest.raises(InvalidInput):
                does(world.manager, record)
        world.clock.forward(days=1)
        for does in (noun.edit, noun.withdraw, noun.restore):
            _denied(does, world.tokyo, record, reason="r")
            does(world.manager, record, reason="r")
        assert world.admin.audit.verify() == ()

    def test_not_twice_and_not_of_an_older_version(self, world: World, name: str) -> None:
        """What is withdrawn takes no change, what stands is not restored, and the second of two is told."""
        noun = NOUNS[name]
        record = noun.make(world)
        version = record.version
        with pytest.raises(Conflict):
            noun.restore(world.tokyo, record)
        noun.withdraw(world.tokyo, record)
        for does in (noun.edit, noun.withdraw):
            with pytest.raises(Conflict):
                does(world.tokyo, record)
        with pytest.raises(StaleRecord):
            noun.restore(world.tokyo, record, version=version)
        noun.restore(world.tokyo, record)
        for does in (noun.edit, noun.withdraw):
            with pytest.raises(StaleRecord):
                does(world.tokyo, record, version=version)


def _denied(does: Callable[..., Any], door: CRM, record: Any, **more: Any) -> None:
    """Expect that somebody may not."""
    with pytest.raises(AccessDenied):
        does(door, record, **more)
