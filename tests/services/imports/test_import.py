"""A ledger becomes records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import func, select

from crm.errors import Conflict, InvalidInput, NotFound
from crm.models import AuditEntry, Contact, Employment, FollowUp, Import, Investor, Lead, Meeting, Transition
from crm.rules.imports.rows import Cell, SourceRow
from crm.rules.imports.verdicts import Preview
from crm.services.imports.service import Applied
from tests.factories import InvestorFactory, World
from tests.factories.ledgers import SUM, bring, row, rows

MADE = (Investor, Contact, Lead, Meeting, FollowUp)


def whole(name: str, **more: Cell) -> SourceRow:
    """Return a row of a company with everything."""
    return row(2, **{"investor__name": name, "lead__title": f"{name} 工厂", "contact__name": f"{name} 山田", **more})


def numbered(*held: SourceRow) -> list[SourceRow]:
    """Return rows with the numbers of a file."""
    return [evolve(one, number=number) for number, one in enumerate(held, 2)]


def preview(world: World, held: Sequence[SourceRow], **options: Any) -> Preview:
    """Return the preview of a file."""
    return world.manager.imports.preview(held, checksum=SUM, file="台账.csv", **options)


def apply(world: World, held: Sequence[SourceRow], **options: Any) -> Applied:
    """Preview and apply a file."""
    return bring(world.manager, held, **options)


def counts(world: World) -> list[int]:
    """Return how many records there are of each noun."""
    return [world.session.scalar(select(func.count()).select_from(model)) or 0 for model in MADE]


def test_a_row_is_a_company_a_person_a_lead_and_its_last_talk(world: World) -> None:
    """Each is made once, signed in the audit, and the same file again writes nothing."""
    held = numbered(whole("山田製作所"), whole("Hansa Werke AG", investor__country="DE"))
    seen = preview(world, held)
    assert (seen.rows, seen.totals["new"], seen.totals["refused"]) == (2, 2, 0)
    assert [problem for row in seen.verdicts for problem in row.problems] == []
    assert counts(world) == [0] * 5
    done = apply(world, held)
    assert counts(world) == [2] * 5
    assert done.batch is not None
    assert (done.batch.rows, done.batch.made, done.batch.changed) == (2, 10, 0)
    lead = world.session.scalars(select(Lead).order_by(Lead.id)).first()
    assert lead is not None
    assert (lead.stage, str(lead.received_on), lead.investor.name) == ("negotiating", "2023-01-05", "山田製作所")
    moves = world.session.execute(
        select(Transition.kind, Transition.occurred_on).where(Transition.lead_id == lead.id).order_by(Transition.number)
    ).all()
    assert [(kind.value, str(day)) for kind, day in moves] == [("open", "2023-01-05"), ("advance", "2023-01-09")]
    assert world.session.scalars(select(Employment.title)).all() == ["部长", "部长"]
    signed = set(world.session.scalars(select(AuditEntry.record).where(AuditEntry.verb == "import.apply")))
    assert {"investor", "investor_name", "contact", "employment", "lead", "transition", "meeting", "import"} <= signed
    assert world.manager.audit.verify() == ()
    again = preview(world, held)
    assert (again.totals["same"], again.totals["new"]) == (2, 0)
    assert apply(world, held).batch is None
    assert world.session.scalar(select(func.count()).select_from(Import)) == 1


def test_a_preview_that_no_longer_holds_is_not_applied(world: World) -> None:
    """Its token stands for the rows and for the records that they touch."""
    company = InvestorFactory.create(world=world, name="山田製作所", country="JP")
    held = rows({"investor.name": "山田製作所", "investor.website": "yamada.example"})
    seen = preview(world, held)
    assert seen.totals["changes"] == 1
    assert seen.verdicts[0].records[0].changes == {"website": [None, "https://yamada.example"]}
    world.manager.investors.edit(company, note="x")
    with pytest.raises(Conflict):
        world.manager.imports.apply(held, token=seen.token, checksum=SUM, file="台账.csv")
    assert apply(world, held).batch is not None
    assert company.website == "https://yamada.example"


def test_refused_rows_say_column_cell_and_way_out_and_can_be_left_out(world: World) -> None:
    """All rows are written or none, unless the refused ones are skipped."""
    held = numbered(whole("A-One"), whole("B-Two", investor__country="Atlantis", contact__email="nobody"))
    seen = preview(world, held)
    assert (seen.totals["new"], seen.totals["refused"]) == (1, 1)
    flaws = seen.verdicts[1].problems
    assert {(flaw.column, flaw.cell) for flaw in flaws} == {
        ("investor.country", "Atlantis"),
        ("contact.email", "nobody"),
    }
    assert all(flaw.problem.way_out for flaw in flaws)
    with pytest.raises(InvalidInput, match="Row 3"):
        apply(world, held)
    assert counts(world) == [0] * 5
    done = apply(world, held, skip_refused=True)
    assert counts(world) == [1] * 5
    assert done.batch is not None
    assert done.batch.skipped == 1


def test_likely_duplicates_are_asked_about(world: World) -> None:
    """On record and within the file; said to be new, they are written."""
    InvestorFactory.create(world=world, name="Example Maschinen AG", country="DE")
    held = rows(
        {"investor.name": "Exampel Maschinen AG", "investor.country": "DE"},
        {"investor.name": "山东某某机械设备有限公司", "investor.country": "CN"},
        {"investor.name": "山东某某机械设备集团", "investor.country": "CN"},
    )
    seen = preview(world, held)
    assert seen.totals["likely"] == 2
    twins = [row.records[0].twins for row in seen.verdicts if row.verdict == "likely"]
    assert [(twin.name, twin.reason) for group in twins for twin in group] == [
        ("Example Maschinen AG", "near"),
        ("山东某某机械设备有限公司", "near"),
    ]
    with pytest.raises(InvalidInput):
        apply(world, held)
    assert preview(world, held, likely="new").totals["new"] == 3


def test_a_row_is_said_to_be_a_company_on_record(world: World) -> None:
    """Its name becomes a further name, by which the next file finds the company; nothing else of it is lost."""
    known = InvestorFactory.create(world=world, name="Example Maschinen AG", country="DE")
    other = InvestorFactory.create(world=world, name="Other Works GmbH", country="DE")
    held = rows(
        {"investor.name": "Exampel Maschinen AG", "investor.country": "DE", "investor.website": "e.example"},
        {"investor.name": "Other Works GmbH", "investor.country": "DE"},
    )
    seen = preview(world, held, same={2: known, 3: other})
    assert [row.verdict.value for row in seen.verdicts] == ["changes", "same"]
    assert seen.verdicts[0].records[0].changes["alias"] == [None, "Exampel Maschinen AG"]
    assert seen.token != preview(world, held).token
    apply(world, held, same={2: known, 3: other})
    assert (known.name, known.website) == ("Example Maschinen AG", "https://e.example")
    assert preview(world, held).totals["same"] == 2  # found by the further name, which is not made the first
    assert world.manager.audit.verify() == ()


def test_what_cannot_be_the_company_of_a_row_is_refused(world: World) -> None:
    """An unknown row, an unknown or archived company, what is no mapping, and a company that its number contradicts."""
    known = InvestorFactory.create(world=world, name="Example Maschinen AG", country="DE")
    other = InvestorFactory.create(world=world, name="Other Works GmbH", country="DE")
    held = rows({"investor.name": "Exampel Maschinen AG", "investor.country": "DE", "investor.uid": str(other.uid)})
    wrong: list[Any] = [{7: known}, {2: 10**9}, {"x": known}, [2], {2: None}]
    for same in wrong:
        with pytest.raises((InvalidInput, NotFound)) as refused:
            preview(world, held, same=same)
        assert {problem.field for problem in refused.value.problems} == {"same"}, same
    assert [flaw.problem.code for flaw in preview(world, held, same={2: known}).verdicts[0].problems] == ["ambiguous"]
    world.manager.investors.archive(known, reason="gone")
    assert preview(world, rows({"investor.name": "X AG"}), same={2: known}).totals["refused"] == 1


def test_what_people_changed_here_since_the_last_import_is_a_conflict_to_choose(world: World) -> None:
    """--theirs takes the file's, --ours keeps what is here; what nobody touched is simply changed."""
    told: dict[str, Cell] = {"investor.name": "山田製作所", "investor.country": "JP", "investor.website": "one.example"}
    apply(world, rows(told))
    company = world.manager.investors.get("山田製作所")
    assert preview(world, rows({**told, "investor.website": "two.example"})).totals["changes"] == 1
    world.manager.investors.edit(company, website="ours.example")
    assert preview(world, rows(told)).totals["refused"] == 1
    ours = preview(world, rows(told), conflicts="ours")
    assert (ours.totals["same"], len(ours.verdicts[0].records[0].notes)) == (1, 1)
    apply(world, rows(told), conflicts="theirs")
    assert company.website == "https://one.example"


def test_one_company_in_several_rows_is_made_once(world: World) -> None:
    """A later row adds what the first lacks, and a contradiction is refused."""
    held = rows(
        {
            "investor.name": "山田製作所",
            "investor.country": "JP",
            "contact.name": "山田",
            "lead.title": "一期",
            "lead.source": "event:展会",
        },
        {"investor.name": "山田製作所", "investor.website": "y.example", "contact.name": "佐藤"},
        {"investor.name": "山田製作所", "investor.country": "KR"},
    )
    seen = preview(world, held)
    assert [row.verdict.value for row in seen.verdicts] == ["new", "new", "refused"]
    apply(world, held, skip_refused=True)
    company = world.manager.investors.get("山田製作所")
    assert (company.website, counts(world)[:3]) == ("https://y.example", [1, 2, 1])


def test_a_lead_enters_at_the_stage_that_its_row_supports(world: World) -> None:
    """A later stage of the file is told in a note."""
    held = numbered(whole("山田製作所", lead__stage="signed"))
    seen = preview(world, held)
    assert [note.code for record in seen.verdicts[0].records for note in record.notes] == ["enters"]
    apply(world, held)
    assert world.session.scalars(select(Lead.stage)).all() == ["negotiating"]


def test_rights_are_those_of_the_verbs(world: World) -> None:
    """A viewer writes nothing; an ambassador opens leads of their own station or unit alone."""
    held = numbered(whole("山田製作所"))
    seen = world.viewer.imports.preview(held, checksum=SUM)
    assert seen.totals["refused"] == 1
