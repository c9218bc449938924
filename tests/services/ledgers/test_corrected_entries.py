"""Entries of the ledgers corrected: reversed and recorded anew in one act, and what that changes of what was published."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from crm.errors import AccessDenied, Conflict, InvalidInput, StaleRecord
from crm.values.money import Money
from tests.factories import ArrivalFactory, InvestorFactory, LeadFactory, World
from tests.services.refusals import refused

LEDGERS = {"capital": "arrived", "contracts": "agreed"}


def recorded(world: World, service: str, amount: str = "5000000 USD", **more: Any) -> Any:
    """Let the ambassador of Tokyo record an entry of the 18th of February."""
    lead = LeadFactory.create(world=world, registered=True, signed=True, industry="C36")
    day = {LEDGERS[service]: "2023-02-18"}
    return getattr(world.tokyo, service).record(lead, amount, **({"reference": "advice"} | day | more))


@pytest.mark.parametrize("service", LEDGERS)
class TestBothLedgers:
    """Capital and contracts alike."""

    def test_in_one_act(self, world: World, service: str) -> None:
        """The entry is reversed on its day, and recorded anew with what changes; the audit has one verb and the reason."""
        entry, day = recorded(world, service, place="Bank of Tokyo"), f"{LEDGERS[service]}_on"
        world.clock.forward(days=2)
        ledger = getattr(world.tokyo, service)
        new = ledger.correct(entry, amount="4500000 USD", **{LEDGERS[service]: "2023-02-20"}, reason="misread")
        assert (new.amount, getattr(new, day), new.reference, new.place) == (
            Money(450_000_000, "USD"), date(2023, 2, 20), "advice", "Bank of Tokyo",
        )  # fmt: skip
        assert (new.state, new.reason, new.unit_id, new.method) == ("reported", "misread", entry.unit_id, entry.method)
        card = ledger.show(entry)
        assert (card.reversed_by.amount, getattr(card.reversed_by, day)) == (-entry.amount, getattr(entry, day))
        assert (new.replaces_id, card.row.replaces_id, card.reversed_by.replaces_id) == (entry.id, None, None)
        assert card.replaced_by == ledger.show(new).row
        noun = "contract" if service == "contracts" else service
        made = world.admin.audit.list(limit=2)
        assert {(row.verb, row.reason, row.record_id) for row in made} == {
            (f"{noun}.correct", "misread", new.id), (f"{noun}.correct", "misread", card.reversed_by.id),
        }  # fmt: skip
        assert world.admin.audit.verify() == ()

    def test_who_may(self, world: World, service: str) -> None:
        """Whoever recorded it for seven days; later a manager. A verifier reverses, and does not record."""
        entry = recorded(world, service)
        for door in (world.frankfurt, world.viewer, world.verifier):
            with pytest.raises(AccessDenied):
                getattr(door, service).correct(entry, amount="1 USD", reason="r")
        world.clock.forward(days=8)
        with pytest.raises(AccessDenied):
            getattr(world.tokyo, service).correct(entry, amount="1 USD", reason="r")
        getattr(world.manager, service).correct(entry, amount="1 USD", reason="r")

    def test_what_is_refused(self, world: World, service: str) -> None:
        """No reason, nothing that changes, a day to come, an older version, a reversed entry and a reversal."""
        entry, ledger = recorded(world, service), getattr(world.manager, service)
        with refused(world, InvalidInput, "unchanged"):
            ledger.correct(entry, amount="5000000 USD", reason="r")
        with refused(world, InvalidInput, "unchanged"):
            ledger.correct(entry, reason="r")
        with refused(world, InvalidInput, "empty"):
            ledger.correct(entry, amount="1 USD", reason=" ")
        with refused(world, InvalidInput, "future"):
            ledger.correct(entry, **{LEDGERS[service]: world.day(3)}, reason="r")
        getattr(world.verifier, service).verify(entry)
        with pytest.raises(StaleRecord):
            ledger.correct(entry, amount="1 USD", reason="r", version=1)
        new = ledger.correct(entry, amount="1 USD", reason="r")
        with refused(world, Conflict, "reversed"):
            ledger.correct(entry, amount="2 USD", reason="r")
        with refused(world, Conflict, "reversal"):
            ledger.correct(ledger.show(entry).reversed_by.id, amount="2 USD", reason="r")
        again = ledger.correct(new, amount="2 USD", reason="r")
        assert again.amount == Money(200, "USD")

    def test_a_repeated_call(self, world: World, service: str) -> None:
        """The same uid gives the same entry, even though the first has been reversed since; other content is refused."""
        entry, ledger = recorded(world, service), getattr(world.manager, service)
        uid = "018b0000-0000-7000-8000-000000000001"
        new = ledger.correct(entry, amount="4 USD", reason="r", uid=uid)
        assert ledger.correct(entry, amount="4 USD", reason="r", uid=uid) is new
        with refused(world, Conflict, "uid"):
            ledger.correct(entry, amount="5 USD", reason="r", uid=uid)

    def test_what_the_lead_has_already(self, world: World, service: str) -> None:
        """A correction does not make an entry that stands on the lead."""
        entry, ledger = recorded(world, service), getattr(world.tokyo, service)
        day = {LEDGERS[service]: "2023-02-18"}
        ledger.record(entry.lead_id, "7 USD", reference="other", **day)
        with refused(world, Conflict, "recorded"):
            ledger.correct(entry, amount="7 USD", reference="OTHER", reason="r")


def test_a_decrease_stays_one(world: World) -> None:
    """The sign is that of the kind; of what decreases rest on no more is taken away than they leave."""
    entry = recorded(world, "contracts")
    world.clock.forward(days=3)
    less = world.tokyo.contracts.record(
        entry.lead_id, "2000000 USD", agreed="2023-02-19", reference="less", kind="decrease", reason="smaller plot"
    )
    fewer = world.tokyo.contracts.correct(less, amount="3000000 USD", reason="misread")
    assert (fewer.amount, fewer.reason) == (Money(-300_000_000, "USD"), "smaller plot")
    with refused(world, InvalidInput, "not_covered"):
        world.tokyo.contracts.correct(fewer, amount="6000000 USD", reason="r")
    with refused(world, InvalidInput, "not_covered"):
        world.tokyo.contracts.correct(entry, amount="2000000 USD", reason="r")
    with refused(world, InvalidInput, "not_covered"):
        world.tokyo.contracts.correct(entry, agreed="2023-02-20", reason="r")
    with refused(world, InvalidInput, "not_covered"):
        world.tokyo.contracts.correct(entry, amount="9000000 EUR", reason="r")
    more = world.tokyo.contracts.correct(fewer, kind="increase", reason="r")
    assert more.amount == Money(300_000_000, "USD")


def test_the_new_document(world: World) -> None:
    """A corrected entry rests on the document that is named, one of its lead."""
    entry = recorded(world, "capital")
    paper = world.tokyo.leads.add_evidence(entry.lead_id, "memorandum", dated="2023-02-18", reference="m")
    assert world.tokyo.capital.correct(entry, evidence=paper, reason="r").evidence_id == paper.id
    other = world.tokyo.leads.add_evidence(
        LeadFactory.create(world=world), "memorandum", dated="2023-02-18", reference="n"
    )
    second = recorded(world, "capital", reference="other")
    with refused(world, InvalidInput, "evidence"):
        world.tokyo.capital.correct(second, evidence=other, reason="r")


def test_a_published_figure(world: World) -> None:
    """It stays as published, the restatement shows the difference, and the owner and the signers have it among what is due."""
    lead = LeadFactory.create(
        world=world, investor=InvestorFactory.create(world=world, country="JP"), registered=True, industry="C36"
    )
    entry = ArrivalFactory.create(
        world=world, lead=lead, amount="5000000 USD", confirmed=True, arrived=date(2023, 2, 18)
    )
    world.clock.instant = datetime(2023, 3, 1, 2, 0, tzinfo=UTC)
    closing = world.manager.figures.close("2023-02")
    assert world.manager.followups.due() == ()
    new = world.manager.capital.correct(entry, amount="4500000 USD", reason="misread")
    reversal = world.manager.capital.show(entry).reversed_by
    assert reversal is not None
    back = reversal.id
    signers = {row.verified_by for row in world.viewer.capital.list() if row.id == entry.id}
    for person in ("tokyo.desk", *signers):
        (row,) = world.manager.followups.due(person=person)
        assert (row.kind, row.id, row.lead_id, row.text, row.due_on) == (
            "arrival", back, lead.id, "misread", world.today,
        )  # fmt: skip
    assert world.manager.followups.due(person="frankfurt.desk") == ()
    for number in (back, new.id):
        world.second_verifier.capital.verify(number)
        world.admin.capital.confirm(number)
    assert world.manager.followups.due() == ()
    assert {figure.key: figure.value for figure in closing.figures}["actual_fdi"] == 500_000_000
    figure = world.manager.report.restatement("2023-02", explain=True).figure("actual_fdi")
    assert (figure.value, figure.beside[0][2]) == (Money(450_000_000, "USD"), Money(500_000_000, "USD"))
    assert figure.entries[0].ids == (back, new.id)


def test_an_entry_that_was_not_published(world: World) -> None:
    """Nobody is told of the correction of an entry that no published figure counts."""
    entry = recorded(world, "capital")
    world.manager.capital.correct(entry, amount="4500000 USD", reason="misread")
    assert world.manager.followups.due() == ()
