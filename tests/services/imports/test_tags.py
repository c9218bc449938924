"""A column of tags in a file."""

from __future__ import annotations

from crm.models import Lead
from crm.rules.tags import MOST
from tests.factories import InvestorFactory, World
from tests.factories.ledgers import SUM, bring, row, rows


def test_a_file_puts_tags_on_companies_and_leads(world: World) -> None:
    """New ones and those on record; commas and 、 stand between; the same file again writes nothing."""
    known = InvestorFactory.create(world=world, name="既有商事", country="JP")
    world.manager.investors.tag(known, ["常客"])
    held = [
        row(2, **{"investor.tags": "重点；VIP", "lead.tags": "周会、ＶＩＰ, 周会"}),
        *rows({"investor.name": "既有商事", "investor.tags": "常客, 重点"}, first=3),
    ]
    seen = world.manager.imports.preview(held, checksum=SUM, file="台账.csv")
    assert [verdict.verdict.value for verdict in seen.verdicts] == ["new", "changes"]
    assert seen.verdicts[1].records[0].changes == {"tags": [None, "重点"]}
    batch = bring(world.manager, held).batch
    assert batch is not None
    assert (batch.made, batch.changed) == (5, 1)
    found = world.manager.leads.list()[0]
    assert found.tags == ("VIP", "周会")
    assert found.investor_id is not None
    assert world.manager.investors.show(found.investor_id).row.tags == ("VIP", "重点")
    assert world.manager.investors.show(known).row.tags == ("常客", "重点")
    assert bring(world.manager, held).batch is None
    assert world.manager.audit.verify() == ()
    done = world.manager.imports.undo(batch, reason="r")
    assert (done.undone["lead"], done.undone["investor"], len(done.left)) == (1, 1, 1)


def test_words_that_are_no_tags_and_too_many_are_refused_by_row(world: World) -> None:
    """And so is a row about a lead that its reader may not edit."""
    many = "、".join(f"t{number}" for number in range(MOST + 1))
    held = rows(
        {"investor.name": "甲", "investor.country": "JP", "investor.tags": "—"},
        {"investor.name": "乙", "investor.country": "JP", "investor.tags": many},
    )
    seen = world.manager.imports.preview(held, checksum=SUM, file="台账.csv")
    assert [[(flaw.path, flaw.problem.code) for flaw in verdict.problems] for verdict in seen.verdicts] == [
        [("investor.tags", "tag")],
        [("investor.tags", "many")],
    ]
    bring(world.manager, [row(2)])
    lead = world.session.query(Lead).one()
    other = [row(2, **{"lead.tags": "周会"})]
    seen = world.frankfurt.imports.preview(other, checksum=SUM, file="台账.csv")
    assert [flaw.path for flaw in seen.verdicts[0].problems] == ["lead.tags"]
    assert world.manager.leads.show(lead).row.tags == ()
