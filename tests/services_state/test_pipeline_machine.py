"""Random verbs by random roles on one lead: whatever they try, the pipeline stays whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import Refused
from crm.models import AuditEntry, Base, CapitalArrival, Evidence, Lead, Meeting, Redate, Referral, Transition
from crm.reads.leads.facts import lead_facts
from crm.rules.leads.moves import EDGES
from crm.rules.pipeline.facts import LeadFacts
from crm.rules.stages import DEFAULT, MoveKind, Status
from tests.factories import World, credit_code
from tests.moves import carried_over, moves_of, signing
from tests.tiers import examples

STAGES = [stage.code for stage in DEFAULT.stages]
DOORS = ["admin", "manager", "verifier", "tokyo", "frankfurt", "zone", "viewer", "nobody"]
#: Those who may move it come more often, or the lead would never get far.
doors = st.sampled_from(["tokyo", "manager", "admin", *DOORS])
stages = st.sampled_from(STAGES)
reasons = st.sampled_from(["because", "because", None, ""])
days = st.sampled_from([None, None, None, -3, 1])


class Pipeline(RuleBasedStateMachine):
    """One lead of one investor, and everybody of the bureau."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.connection = self.engine.connect()
        self.transaction = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        self.world = World(self.session)
        self.seen: list[tuple[int, str, str, LeadFacts]] = []

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.session.close()
        self.transaction.rollback()
        self.connection.close()

    @initialize(
        foreign=st.booleans(),
        bare=st.booleans(),
        over=st.sampled_from([None, None, None, *STAGES[1:]]),
        settled=st.booleans(),
    )
    def open(self, foreign: bool, bare: bool, over: str | None, settled: bool) -> None:
        """Open the lead, with or without what negotiating asks for, or carry it over, and perhaps settle it."""
        more: dict[str, Any] = {} if bare else {"expected": "20000000 USD", "industry": "C36", "unit": "hitech"}
        investor = self.world.tokyo.investors.add("状态商事株式会社", country="JP" if foreign else "CN")
        self.world.tokyo.contacts.add(investor, "窓口")
        self.referrer = self.world.tokyo.investors.add("引荐商会", country="JP", kind="chamber")
        if over is not None:
            more |= {"carried_over": over, "reason": "from the ledger", "owner": "tokyo.desk"}
        door = self.world.tokyo if over is None else self.world.manager
        self.lead: Lead = door.leads.open(investor, title="冷链", station="tokyo", **more)
        self.opened = 1 if over is None else 1 + STAGES.index(over)
        self.session.flush()
        if over is not None and settled:
            self.wait(3)
            self.settle("manager", ready=True)

    def door(self, name: str) -> CRM:
        """Return the front door of a user."""
        found: CRM = getattr(self.world, name)
        return found

    def rows(self) -> dict[str, int]:
        """Count the rows of every table that a verb here may write."""
        return {
            model.__tablename__: len(self.session.scalars(select(model.id)).all())
            for model in (Transition, Redate, AuditEntry, Evidence, CapitalArrival, Referral)
        }

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A refusal is fine, and changes nothing; anything else goes through."""
        before, content = self.rows(), state(self.lead)
        try:
            yield
        except Refused:
            assert not self.session.new
            assert not self.session.dirty
            assert self.rows() == before
            self.session.refresh(self.lead)
            assert state(self.lead) == content

    def day(self, shift: int | None) -> date | None:
        """Return a day near today, or none."""
        return None if shift is None else self.world.today + timedelta(days=shift)

    def moved(self, verb: Callable[..., Transition], *args: Any, **kwargs: Any) -> None:
        """Try a move and, when it goes through, remember what the gates looked at."""
        facts = lead_facts(self.session, self.lead.id, kwargs.get("on") or self.world.today)
        with self.attempt():
            transition = verb(self.lead, *args, **kwargs)
            self.seen.append((transition.number, transition.from_stage or "", transition.to_stage, facts))

    @rule(by=doors, to=st.none() | stages, reason=reasons, on=days)
    def advance(self, by: str, to: str | None, reason: str | None, on: int | None) -> None:
        """One step or a skip."""
        self.moved(self.door(by).leads.advance, to, reason=reason, on=self.day(on))

    @rule(by=doors, to=stages, reason=reasons)
    def back(self, by: str, to: str, reason: Any) -> None:
        """Back."""
        self.moved(self.door(by).leads.back, to, reason=reason)

    @rule(by=doors, reason=reasons, review=days)
    def hold(self, by: str, reason: Any, review: int | None) -> None:
        """On hold."""
        self.moved(self.door(by).leads.hold, reason=reason, review=self.day(review))

    @rule(by=doors)
    def resume(self, by: str) -> None:
        """Moving again."""
        self.moved(self.door(by).leads.resume)

    @rule(by=doors, verb=st.sampled_from(["lose", "abandon", "exit"]), reason=reasons)
    def close(self, by: str, verb: str, reason: Any) -> None:
        """Lost, abandoned, exited."""
        self.moved(getattr(self.door(by).leads, verb), reason=reason)

    @precondition(lambda self: self.lead.status not in {Status.ACTIVE, Status.ON_HOLD})
    @rule(by=doors, to=st.none() | stages, reason=reasons)
    def reopen(self, by: str, to: str | None, reason: Any) -> None:
        """The next cycle."""
        self.moved(self.door(by).leads.reopen, to=to, reason=reason)

    @rule(by=doors, what=st.sampled_from(["expected", "industry", "note", "foreign"]), clear=st.booleans())
    def edit(self, by: str, what: str, clear: bool) -> None:
        """Fill in, or clear."""
        filled: dict[str, Any] = {"expected": "30000000 USD", "industry": "C35", "note": "seen", "foreign": True}
        cleared: dict[str, Any] = {"expected": None, "industry": None, "note": None, "foreign": False}
        with self.attempt():
            self.door(by).leads.edit(self.lead, **{what: (cleared if clear else filled)[what]})

    @rule(by=doors, unit=st.sampled_from(["hitech", "bureau", None]))
    def handover(self, by: str, unit: str | None) -> None:
        """Into other hands."""
        with self.attempt():
            self.door(by).leads.handover(self.lead, unit=unit, reason="moves house")

    @rule(by=doors, kind=st.sampled_from(["visit", "message"]), named=st.booleans())
    def meet(self, by: str, kind: str, named: bool) -> None:
        """A talk, with or without a named contact."""
        with self.attempt():
            self.door(by).meetings.log(self.lead, summary="talked", kind=kind, contacts=["窓口"] if named else [])

    @rule(
        by=doors,
        kind=st.sampled_from(["agreement", "agreement", "memorandum", "construction_start", "operation_start"]),
    )
    def evidence(self, by: str, kind: str) -> None:
        """A document."""
        with self.attempt():
            self.door(by).leads.add_evidence(
                self.lead, kind, dated=self.world.today, reference="paper", amount="1000000 USD", distinct="another"
            )

    @rule(by=doors, does=st.sampled_from(["withdraw", "withdraw", "restore"]), paper=st.booleans())
    def correct(self, by: str, does: str, paper: bool) -> None:
        """Withdraw or restore the last meeting or document."""
        model: Any = Evidence if paper else Meeting
        record = self.session.scalar(select(model).order_by(model.id.desc()).limit(1))
        if record is not None:
            door = self.door(by)
            verb = getattr(door.leads, f"{does}_evidence") if paper else getattr(door.meetings, does)
            more = {"distinct": "another"} if paper and does == "restore" else {}
            with self.attempt():
                verb(record, reason="typed wrongly", **more)

    @rule(by=doors, does=st.sampled_from(["confirm", "withdraw", "restore", "restore", "decline", "edit"]))
    def refer(self, by: str, does: str) -> None:
        """Record who brought the lead; confirm, deny, withdraw, restore or correct it."""
        referral = self.session.scalar(select(Referral).order_by(Referral.id.desc()).limit(1))
        verbs = self.door(by).referrals
        with self.attempt():
            if referral is None or referral.status == "declined":
                verbs.add(self.lead, self.referrer)
            elif does == "confirm":
                verbs.confirm(referral, "窓口")
            elif does == "edit":
                day = referral.introduced_on - timedelta(days=1)
                verbs.edit(referral, introduced=day, reason="misread")
            else:
                getattr(verbs, does)(referral, reason="typed wrongly")

    @rule(by=doors, shift=st.integers(-9, 9))
    def date(self, by: str, shift: int) -> None:
        """Correct the day of the last document; no gate is lost on the day of the move that passed it."""
        paper = self.session.scalar(select(Evidence).order_by(Evidence.id.desc()).limit(1))
        if paper is not None:
            before = self.shut()
            with self.attempt():
                self.door(by).leads.edit_evidence(paper, dated=paper.dated_on + timedelta(days=shift), reason="misread")
            assert self.shut() <= before

    def shut(self) -> set[tuple[int, str]]:
        """Return the gates that moves went through for the last time and that were not met on their days."""
        passed: dict[str, Any] = {}
        for move in self.chain():
            first = 0 if move.from_stage is None else STAGES.index(move.from_stage) + 1
            passed |= dict.fromkeys(STAGES[first : STAGES.index(move.to_stage) + 1], move)
        found = set()
        for stage in STAGES[: STAGES.index(self.lead.stage) + 1]:
            facts = lead_facts(self.session, self.lead.id, passed[stage].occurred_on)
            missing = DEFAULT.missing(
                facts, stage, since=STAGES[STAGES.index(stage) - 1] if STAGES[0] != stage else None
            )
            found |= {(passed[stage].number, requirement.gate) for requirement in missing}
        return found

    @precondition(lambda self: self.opened > 1)
    @rule(by=doors, ready=st.booleans())
    def settle(self, by: str, ready: bool) -> None:
        """Settle the lead that was carried over; every gate up to its stage is met then."""
        if ready:
            self.bring_papers()
        with self.attempt():
            self.door(by).leads.settle(self.lead)
            assert not carried_over(self.session, self.lead.id)
            facts = lead_facts(self.session, self.lead.id, self.world.today)
            assert DEFAULT.missing(facts, self.lead.stage) == ()

    @rule(by=doors)
    def confirm(self, by: str) -> None:
        """Confirm the last document."""
        paper = self.session.scalar(select(Evidence).order_by(Evidence.id.desc()).limit(1))
        if paper is not None:
            with self.attempt():
                self.door(by).leads.confirm(paper)

    @rule(by=doors, full=st.booleans())
    def register(self, by: str, full: bool) -> None:
        """The project company."""
        more: dict[str, Any] = (
            {"credit_code": credit_code(), "licensed": self.world.today, "filing": "filing 1"} if full else {}
        )
        with self.attempt():
            self.door(by).leads.register(self.lead, name="项目公司", **more)

    @rule(by=doors)
    def record(self, by: str) -> None:
        """An arrival."""
        with self.attempt():
            self.door(by).capital.record(self.lead, "5000000 USD", arrived=self.world.today, reference="advice")

    @rule(by=doors, verb=st.sampled_from(["verify", "verify", "reverse", "correct"]))
    def check(self, by: str, verb: str) -> None:
        """Verify, reverse or correct the last arrival."""
        entry = self.session.scalar(select(CapitalArrival).order_by(CapitalArrival.id.desc()).limit(1))
        if entry is not None:
            more = {} if verb == "verify" else {"reason": "misread"}
            if verb == "correct":
                more["amount"] = f"{abs(entry.amount_minor) // 100 - 1} USD"
            with self.attempt():
                getattr(self.door(by).capital, verb)(entry, **more)

    @rule()
    def prepare(self) -> None:
        """Meet every gate of the next stage, as people who know the work do."""
        following = DEFAULT.after(self.lead.stage)
        if following is not None:
            self.meet_gates(following.code)

    def bring_papers(self) -> None:
        """Meet every gate up to the stage of the lead."""
        for stage in STAGES[1 : STAGES.index(self.lead.stage) + 1]:
            self.meet_gates(stage)

    def meet_gates(self, stage: str) -> None:
        """Meet the gates of a stage."""
        world, lead = self.world, self.lead
        with self.attempt():
            match stage:
                case "negotiating":
                    world.manager.meetings.log(lead, summary="talked", contacts=["窓口"])
                    world.manager.leads.edit(lead, expected="20000000 USD", industry="C36")
                case "signed":
                    world.manager.leads.add_evidence(
                        lead,
                        "agreement",
                        dated=world.today,
                        reference="agreement",
                        amount="1000000 USD",
                        distinct="another",
                    )
                case "registered":
                    world.manager.leads.register(
                        lead, name="项目公司", credit_code=credit_code(), licensed=world.today, filing="filing 1"
                    )
                case "implementing":
                    pass
                case "landed":
                    start = world.manager.leads.add_evidence(
                        lead, "operation_start", dated=world.today, reference="opening", distinct="another"
                    )
                    world.verifier.leads.confirm(start)
        if stage == "implementing" and self.lead.status not in {Status.LOST, Status.ABANDONED}:
            reference = f"advice {len(world.manager.capital.list(lead))}"
            entry = world.manager.capital.record(lead, "5000000 USD", arrived=world.today, reference=reference)
            world.verifier.capital.verify(entry)

    @rule(by=doors, back=st.integers(0, 4), shift=st.integers(-40, 5), reason=reasons)
    def redate(self, by: str, back: int, shift: int, reason: Any) -> None:
        """Correct the day of one of the last moves; no gate is passed that was shut that day."""
        move = self.chain()[-1 - min(back, self.lead.last_transition - 1)]
        day = move.occurred_on + timedelta(days=shift)
        that_day, before, today = (
            lead_facts(self.session, self.lead.id, on) for on in (day, move.occurred_on, self.world.today)
        )
        with self.attempt():
            self.door(by).leads.redate(self.lead, day, move=move.number, reason=reason)
            assert reason or (move.number == 1 and by == "tokyo")
            assert by in {"manager", "admin"} or (move.number == 1 and by == "tokyo")
            assert day <= move.recorded_on
            if move.kind in {MoveKind.ADVANCE, MoveKind.REOPEN}:
                since = move.from_stage if move.kind is MoveKind.ADVANCE else None
                shut, known = (set(DEFAULT.missing(facts, move.to_stage, since=since)) for facts in (that_day, before))
                assert shut <= known & set(DEFAULT.missing(today, move.to_stage, since=since))

    @rule(ahead=st.integers(1, 40))
    def wait(self, ahead: int) -> None:
        """Days pass."""
        self.world.clock.forward(days=ahead)

    @invariant()
    def the_lead_is_its_last_transition(self) -> None:
        """Stage, status, cycle and days are those of the transitions, which form one chain."""
        lead, chain = self.lead, self.chain()
        assert [transition.number for transition in chain] == list(range(1, len(chain) + 1))
        last = chain[-1]
        assert (lead.stage, lead.status, lead.cycle) == (last.to_stage, last.to_status, last.cycle)
        assert (lead.moved_on, lead.last_transition) == (last.occurred_on, last.number)
        assert lead.cycle == 1 + sum(transition.kind is MoveKind.REOPEN for transition in chain)
        entered = [
            transition
            for transition in chain
            if transition.from_position != transition.to_position or transition.kind is MoveKind.REOPEN
        ]
        assert lead.entered_on == entered[-1].occurred_on
        for before, after in pairwise(chain):
            assert (after.previous, after.from_stage, after.from_status) == (
                before.number,
                before.to_stage,
                before.to_status,
            )
            assert after.from_position == before.to_position == STAGES.index(before.to_stage)
            assert after.occurred_on >= before.occurred_on
            allowed, to = EDGES[after.kind]
            assert after.from_status in allowed
            assert after.to_status is to

    @invariant()
    def no_gate_was_passed_shut(self) -> None:
        """At each advance and reopening, every gate on the way was met by the facts of that moment."""
        kinds = {transition.number: transition.kind for transition in self.chain()}
        for number, from_stage, to_stage, facts in self.seen:
            if kinds[number] is MoveKind.ADVANCE:
                assert DEFAULT.missing(facts, to_stage, since=from_stage) == ()
            elif kinds[number] is MoveKind.REOPEN:
                assert DEFAULT.missing(facts, to_stage) == ()
            elif kinds[number] is MoveKind.BACK and facts.arrival:
                assert STAGES.index(to_stage) >= STAGES.index(DEFAULT.capital_floor)

    @invariant()
    def the_day_of_landing_is_the_first_that_stands(self) -> None:
        """It is the first landing since the last one was withdrawn; whoever exited had landed."""
        landed: date | None = None
        cycle = 0
        for transition in self.chain():
            if transition.kind is MoveKind.ADVANCE and transition.to_stage == STAGES[-1]:
                landed, cycle = landed or transition.occurred_on, transition.cycle if landed is None else cycle
            elif transition.kind is MoveKind.BACK and transition.from_stage == STAGES[-1]:
                landed = None if transition.cycle == cycle else landed
        assert self.lead.landed_on == landed
        if self.lead.status is Status.EXITED or self.lead.stage == STAGES[-1]:
            assert landed is not None

    @invariant()
    def figures_follow_what_is_withdrawn(self) -> None:
        """A signing or landing is counted unless a gate on the way was met by what is withdrawn, and by nothing else."""
        met = self.met(gone=False)
        undone = self.met(gone=True) - met
        for measure, position in (("leads_signed", STAGES.index("signed")), ("leads_landed", len(STAGES) - 1)):
            gates = {gate for stage in DEFAULT.stages[: position + 1] for gate in stage.gates}
            chain = self.chain()
            reached = (
                self.lead.landed_on is not None if measure == "leads_landed" else signing(chain, STAGES) is not None
            )
            counted = self.world.manager.figures.count(measure, "2022-01-01..2026-12-31").value
            stands = reached and not gates & undone and not carried_over(self.session, self.lead.id)
            assert counted == int(stands), (measure, undone)

    def met(self, *, gone: bool) -> set[str]:
        """Return the gates that meetings and documents meet: those that are withdrawn, or those that stand."""
        self.session.expire_all()
        found: set[str] = set()
        for talk in self.session.scalars(select(Meeting)):
            if (talk.withdrawn_at is not None) == gone and talk.kind != "message" and talk.contacts and talk.staff:
                found.add("two_way_meeting")
        for paper in self.session.scalars(select(Evidence)):
            if (paper.withdrawn_at is not None) != gone:
                continue
            start = paper.kind in {"construction_start", "operation_start"}
            found |= {"agreement"} if paper.kind == "agreement" else set()
            found |= {"arrival_or_construction"} if paper.kind == "construction_start" else set()
            found |= {"start"} if start else set()
            found |= {"confirmed"} if start and paper.confirmed_by_id is not None else set()
        entries = self.session.scalars(select(CapitalArrival)).all()
        reversed_ = {entry.reverses_id for entry in entries}
        if not gone and any(
            entry.state != "reported" and entry.reverses_id is None and entry.id not in reversed_ for entry in entries
        ):
            found.add("arrival_or_construction")
        return found

    @invariant()
    def the_credit_of_the_referrer_follows(self) -> None:
        """A referral that stands earns the signing, the landing and the capital that figures count, and no other does."""
        manager, period = self.world.manager, "2022-01-01..2026-12-31"
        states = [row.state for row in manager.referrals.list(lead=self.lead)]
        counts = {"recorded", "confirmed"} & {*states} and not carried_over(self.session, self.lead.id)
        earned = [
            (row.leads, row.signed, row.landed, sum(money.minor for money in row.capital))
            for row in manager.referrals.credit(period)
            if row.party == self.referrer.id
        ]
        signed, landed = (manager.figures.count(measure, period).value for measure in ("leads_signed", "leads_landed"))
        verified = [entry for entry in self.session.scalars(select(CapitalArrival)) if entry.state != "reported"]
        capital = sum(entry.amount_minor for entry in verified) if "confirmed" in states else 0
        assert (earned or [(0, 0, 0, 0)]) == [(1, signed, landed, capital) if counts else (0, 0, 0, 0)], states

    @invariant()
    def every_move_is_signed(self) -> None:
        """There are as many audit entries of each verb as transitions, and the audit accounts for all that is stored."""
        verbs = self.session.scalars(select(AuditEntry.verb).where(AuditEntry.record == "lead")).all()
        chain = self.chain()
        for kind in MoveKind:
            mine = [move for move in chain if move.kind is kind and not 1 < move.number <= self.opened]
            assert verbs.count(f"lead.{kind.value}") == len(mine)
        assert self.world.admin.audit.verify() == ()

    def chain(self) -> list[Any]:
        """Return the lead's transitions in their order, with the days that count."""
        return moves_of(self.session, self.lead.id)


def state(record: Base) -> dict[str, Any]:
    """Return what is stored of a record."""
    return {column.key: getattr(record, column.key) for column in record.__table__.columns}


@pytest.fixture
def machine(engine: Engine) -> type[Pipeline]:
    """The machine, on this database."""
    return type("PipelineOnDatabase", (Pipeline,), {"engine": engine})


def test_random_histories_keep_the_pipeline_whole(machine: type[Pipeline]) -> None:
    """Whatever anybody tries in any order: stages follow gates, moves are chained and signed, refusals leave no trace."""
    run_state_machine_as_test(machine, settings=examples(10, steps=40))
