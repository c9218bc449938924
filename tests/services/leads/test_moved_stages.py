"""A policy that puts two stages together: leads at the old one stand at the other, and go on from there."""

from __future__ import annotations

import pytest
from attrs import evolve
from sqlalchemy import select

from crm import CRM
from crm.errors import Conflict, InvalidInput, MoveNotAllowed
from crm.models import AuditEntry, Lead, Transition
from crm.reads.leads.facts import ensure_stages
from crm.rules.stages import DEFAULT, Pipeline
from crm.testing.leads import meet_gates
from tests.factories import LeadFactory, World

STAGES = {stage.code: stage for stage in DEFAULT.stages}
#: Signing and registering are one stage, ``agreed``; the rest stays.
SHORTER = evolve(
    DEFAULT,
    name="shorter",
    stages=(
        STAGES["contact"],
        STAGES["negotiating"],
        evolve(STAGES["signed"], code="agreed", gates=(*STAGES["signed"].gates, *STAGES["registered"].gates)),
        STAGES["implementing"],
        STAGES["landed"],
    ),
    moved={"signed": "agreed", "registered": "agreed"},
)


def under(world: World, actor: str = "manager.desk", policy: Pipeline = SHORTER) -> CRM:
    """Return a front door under the shorter policy."""
    return world.door(actor, policy=policy)


@pytest.fixture
def leads(world: World) -> dict[str, Lead]:
    """A lead at each stage of the old policy."""
    return {code: LeadFactory.create(world=world, stage=code) for code in STAGES}


def test_leads_are_counted_and_found_where_they_stand_now(world: World, leads: dict[str, Lead]) -> None:
    """On the board, in lists by either code, as rows; two stages make one column."""
    door = under(world)
    columns = {column.stage: column for column in door.leads.board()}
    assert {code: column.count for code, column in columns.items()} == {
        "contact": 1, "negotiating": 1, "agreed": 2, "implementing": 1, "landed": 1,
    }  # fmt: skip
    assert {row.id for row in columns["agreed"].leads} == {leads["signed"].id, leads["registered"].id}
    assert {row.stage for row in columns["agreed"].leads} == {"agreed"}
    assert len(door.leads.board(limit=1)[2].leads) == 1
    for typed in ("agreed", "signed", "registered"):
        found = {row.id: row.stage for row in door.leads.list(stage=typed)}
        assert found == {leads["signed"].id: "agreed", leads["registered"].id: "agreed"}, typed
    card = door.leads.show(leads["signed"])
    assert (card.row.stage, card.next_stage) == ("agreed", "implementing")
    # What the old policy asked for at registering is undone of nobody: it was never asked of that lead.
    assert [row.to_stage for row in door.leads.history(leads["registered"])][-2:] == ["signed", "registered"]


def test_what_was_signed_stays_signed_in_every_figure(world: World, leads: dict[str, Lead]) -> None:
    """A signing into either old stage is one into the new one, on its day, once."""
    old, new = world.manager.report.year(2023), under(world).report.year(2023)
    assert new.figures == old.figures
    assert new.tables == old.tables
    for entering in ("signed", "registered"):
        came = under(world).report.funnel(2023, entering=entering)
        assert {figure.value for figure in came.figures if figure.key == "leads"} == {4}, entering
    assert {f.value for f in world.manager.report.funnel(2023, entering="signed").figures if f.key == "leads"} == {4}
    funnel = under(world).report.funnel(2023).table("stages")
    assert len(funnel.rows) == len(SHORTER.stages)
    assert len(leads) == len(STAGES)


def test_a_lead_goes_on_from_an_old_stage(world: World, leads: dict[str, Lead]) -> None:
    """On hold and on, forward, back, lost and reopened; what is written is of the new policy, what was stays."""
    door = under(world)
    lead = leads["registered"]
    door.leads.hold(lead, reason="waits", review=world.day(9))
    assert (lead.stage, door.leads.show(lead).row.stage) == ("registered", "agreed")
    door.leads.resume(lead)
    with pytest.raises(MoveNotAllowed) as caught:
        door.leads.advance(lead, "agreed")
    assert [flaw.code for flaw in caught.value.problems] == ["not_ahead"]
    with pytest.raises(MoveNotAllowed):
        door.leads.advance(lead, "signed")
    door.leads.back(lead, "negotiating", reason="again")
    assert lead.stage == "negotiating"
    door.leads.advance(lead, "registered")
    assert lead.stage == "agreed"
    last = world.session.scalars(
        select(Transition).where(Transition.lead_id == lead.id, Transition.number == lead.last_transition)
    ).one()
    assert (last.from_stage, last.to_stage, last.policy) == ("negotiating", "agreed", "shorter")
    assert (last.from_position, last.to_position, last.last_position) == (1, 2, 4)
    door.leads.lose(leads["signed"], reason="gone")
    door.leads.reopen(leads["signed"], reason="back")
    assert leads["signed"].stage == "negotiating"
    assert world.manager.audit.verify() == ()


def test_a_move_between_two_stages_that_are_one_is_corrected(world: World) -> None:
    """Its day, between those of the moves beside it."""
    lead = LeadFactory.create(world=world, signed=True)
    world.clock.forward(days=4)
    meet_gates(world.manager, world, lead, "registered")
    world.manager.leads.advance(lead)
    door, day = under(world), world.day(-2)
    with pytest.raises(InvalidInput) as caught:
        door.leads.redate(lead, world.day(-9), reason="early")
    assert [flaw.code for flaw in caught.value.problems] == ["order"]
    door.leads.redate(lead, day, reason="late")
    row = door.leads.history(lead)[-1]
    assert (row.to_stage, row.occurred_on, row.first_told) == ("registered", day, world.today)
    assert lead.moved_on == day


def test_a_landed_lead_stays_landed_where_the_last_stage_is_renamed(world: World, leads: dict[str, Lead]) -> None:
    """It may exit, an investor with it alone may be archived, and it is not lost."""
    renamed = evolve(
        DEFAULT, stages=(*DEFAULT.stages[:-1], evolve(STAGES["landed"], code="built")), moved={"landed": "built"}
    )
    door, lead = under(world, policy=renamed), leads["landed"]
    with pytest.raises(MoveNotAllowed):
        door.leads.lose(lead, reason="gone")
    door.investors.archive(lead.investor_id, reason="dissolved")
    door.investors.restore(lead.investor_id, reason="not yet")
    door.leads.exit(lead, reason="left")
    assert lead.landed_on is not None


def test_a_lead_that_a_policy_moves_to_the_last_stage_has_not_landed(world: World, leads: dict[str, Lead]) -> None:
    """It does not exit, and is neither lost nor abandoned where it stands; moved back it is."""
    shorter = evolve(
        DEFAULT,
        stages=tuple(stage for stage in DEFAULT.stages if stage.code != "implementing"),
        capital_floor="landed",
        moved={"implementing": "landed"},
    )
    door, lead = under(world, policy=shorter), leads["implementing"]
    with pytest.raises(MoveNotAllowed) as caught:
        door.leads.exit(lead, reason="left")
    assert [flaw.code for flaw in caught.value.problems] == ["not_landed"]
    with pytest.raises(MoveNotAllowed):
        door.leads.lose(lead, reason="gone")
    for row in world.viewer.capital.list(lead):
        world.manager.capital.reverse(row.id, reason="counted twice")
    door.leads.back(lead, "negotiating", reason="not landed")
    door.leads.lose(lead, reason="gone")
    assert (lead.stage, lead.landed_on) == ("negotiating", None)


def test_targets_may_name_an_old_stage(world: World, leads: dict[str, Lead]) -> None:
    """A file that was loaded under the old policy is loaded again under the new one, and changes nothing."""
    text = (
        'period = "2023"\nsource = "s"\n[[target]]\ncode = "signed"\ntitle = "签约"\nmeasure = "projects"\n'
        'at_least = 1\nfilter = { stage = "registered" }\n'
    )
    world.manager.targets.load(text)
    done = under(world).targets.load(text)
    assert (done.added, done.changed, done.unchanged) == ((), (), ("signed",))
    score = under(world).targets.score(2023)
    assert leads["registered"].stage == "registered"
    assert score is not None


def test_without_the_stage_and_without_what_stands_for_it_a_policy_is_refused(
    world: World, leads: dict[str, Lead]
) -> None:
    """The leads of the stage that is neither are named, those of the other are not."""
    with pytest.raises(Conflict) as caught:
        ensure_stages(world.session, evolve(SHORTER, moved={"signed": "agreed"}), lambda: world.manager.actor)
    ensure_stages(world.session, SHORTER, lambda: world.manager.actor)
    (flaw,) = caught.value.problems
    assert f"L{leads['registered'].id}" in str(flaw)
    assert f"L{leads['signed'].id}" not in str(flaw)


def test_nothing_is_written_by_the_policy_itself(world: World, leads: dict[str, Lead]) -> None:
    """It is read otherwise, from one call to the next, and back."""
    before = world.session.scalars(select(AuditEntry.id)).all()
    stages = {code: lead.stage for code, lead in leads.items()}
    under(world).leads.board()
    assert {row.stage for row in world.manager.leads.list()} == set(STAGES)
    assert {code: lead.stage for code, lead in leads.items()} == stages
    assert world.session.scalars(select(AuditEntry.id)).all() == before
