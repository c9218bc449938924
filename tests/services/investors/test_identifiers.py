"""Identifiers: recorded, found by, refused on a second company, given up, and what they say of two that look alike."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from stdnum.jp import cn as jp_cn

from crm.errors import Archived, Conflict, InvalidInput, NotFound, Refused
from crm.models import InvestorIdentifier
from crm.reads.investors.identifiers import holding
from crm.values.registers.schemes import as_identifier
from tests.factories import InvestorFactory, LeadFactory, World
from tests.services.at_once.test_at_once import at_once, for_each
from tests.services.refusals import AMBASSADORS, MANAGERS, NO_REFERENCE, NO_TEXT, allows, refused, rows

pytestmark = pytest.mark.portable

JAPAN, JAPAN_TOO = "5835678256246", "4835678256247"
CODE = "91110000600037341L"
UID = "01860000-0000-7000-8000-0000000000f1"


def test_an_investor_is_added_with_its_identifiers_and_found_by_them(world: World) -> None:
    """With the scheme or without, in any spelling, wherever an investor is named; in the list and on the card."""
    made = world.tokyo.investors.add(
        "标识商事", country="JP", identifiers=[("jp_cn", "５-8356-7825-6246"), "de_hr:hrb 1 Köln", "HRA 2 Köln", CODE]
    )
    other = InvestorFactory.create(world=world)
    for ref in (
        JAPAN,
        f"jp_cn:{JAPAN}",
        "JP_CN：５８３５６７８２５６２４６",
        "Köln HRB 1",
        "HRA 2, Koeln",
        CODE.lower(),
        f"uscc:{CODE}",
    ):
        assert world.viewer.investors.get(ref) is made
        assert [row.id for row in world.viewer.investors.find(ref)] == [made.id]
    card = world.viewer.investors.show(JAPAN)
    assert [(row.scheme, row.value, row.shown, row.country) for row in card.identifiers] == [
        ("jp_cn", JAPAN, "5-8356-7825-6246", "JP"),
        ("de_hr", "Köln HRB 1", "Köln HRB 1", "DE"),
        ("de_hr", "Köln HRA 2", "Köln HRA 2", "DE"),
        ("uscc", CODE, CODE, "CN"),
    ]
    assert world.tokyo.leads.open(f"uscc:{CODE}", title="by number").investor_id == made.id
    assert world.viewer.investors.get(other.id) is other
    assert world.manager.audit.verify() == ()


def test_what_nobody_has_is_not_found(world: World) -> None:
    """A number with its scheme is not looked for among the names; one that is wrong is explained; one without is a name, too."""
    InvestorFactory.create(world=world)
    with refused(world, NotFound, "not_found"):
        world.viewer.investors.get(f"jp_cn:{JAPAN}")
    with refused(world, NotFound, "not_found"):
        world.viewer.investors.get(JAPAN)
    for verb in (world.viewer.investors.get, world.viewer.investors.find):
        with refused(world, InvalidInput, "check_digit"):
            verb("jp_cn:6835678256246")
    assert world.viewer.investors.find(JAPAN) == ()
    named = world.tokyo.investors.add(f"{JAPAN} Ltd", country="JP")
    assert [row.id for row in world.viewer.investors.find(JAPAN)] == [named.id]


def test_identifiers_may_be_a_mapping(world: World) -> None:
    """Numbers by scheme; the same one twice is one."""
    world.tokyo.investors.add("映射", country="JP", identifiers={"jp_cn": JAPAN, "hk_brn": "12345678"})
    world.tokyo.investors.add("两遍", country="CN", identifiers=[CODE, f"uscc:{CODE}"])
    assert len(world.session.scalars(select(InvestorIdentifier)).all()) == 3


@pytest.mark.parametrize(
    ("identifiers", "codes"),
    [
        (7, {"type"}), (None, {"type"}), (JAPAN, {"type"}), ([7], {"type"}), ([("jp_cn",)], {"type"}), ([""], {"scheme"}), (["12345678"], {"scheme"}),
        ([("xx", "1")], {"choice"}), ({"jp_cn": ""}, {"empty"}), ([("jp_cn", "9" * 30_000)], {"too_long"}), (["uscc:1", "jp_cn:2"], {"length"}),
        ([("jp_cn", JAPAN), ("jp_cn", JAPAN_TOO)], {"single"}), (["\ud800"], {"scheme"}),
    ],
)  # fmt: skip
def test_bad_identifiers_are_refused_before_anything_is_written(
    world: World, identifiers: Any, codes: set[str]
) -> None:
    """Together with everything else that is wrong."""
    with refused(world, InvalidInput, *codes):
        world.tokyo.investors.add("坏标识", country="JP", identifiers=identifiers)
    with refused(world, InvalidInput, "country", *codes):
        world.tokyo.investors.add("坏标识", country="XX", identifiers=identifiers)
    with refused(world, InvalidInput, *codes):
        world.viewer.investors.likely("坏标识", identifiers=identifiers)


def test_one_identifier_is_on_one_company(world: World) -> None:
    """The refusal names the company that has it, all of them at once, whoever adds; an archived one keeps its number."""
    one = world.tokyo.investors.add("首家", country="JP", identifiers={"jp_cn": JAPAN})
    two = world.tokyo.investors.add("次家", country="CN", identifiers={"uscc": CODE})
    with refused(world, Conflict, "identifier") as caught:
        world.frankfurt.investors.add("第三家", country="JP", identifiers=[JAPAN, CODE])
    said = str(caught.value)
    assert all(
        part in said for part in ("首家", "次家", str(one.id), str(two.id), "5-8356-7825-6246", CODE, "unidentify")
    )
    with refused(world, Conflict, "identifier"):
        world.tokyo.investors.identify(two, "jp_cn", JAPAN)
    world.manager.investors.archive(one, reason="dissolved")
    with refused(world, Conflict, "identifier"):
        world.tokyo.investors.identify(two, "jp_cn", JAPAN)


def test_an_identifier_is_recorded_later_and_once(world: World) -> None:
    """Repeated it is the same record, with a uid or without; another content of the uid conflicts."""
    investor = InvestorFactory.create(world=world)
    made = world.tokyo.investors.identify(investor, "jp_cn", "5-8356-7825-6246", uid=UID)
    before = rows(world.session)
    assert world.tokyo.investors.identify(investor, JAPAN, uid=UID) is made
    assert world.frankfurt.investors.identify(investor, f"jp_cn:{JAPAN}") is made
    assert rows(world.session) == before
    with refused(world, Conflict, "uid"):
        world.tokyo.investors.identify(investor, "de_hr:Köln HRB 1", uid=UID)
    for number in (1, 2):
        world.tokyo.investors.identify(investor, f"de_hr:Köln HRB {number}")
    world.manager.investors.archive(investor, reason="dissolved")
    with refused(world, Archived, "archived"):
        world.tokyo.investors.identify(investor, CODE)
    assert world.manager.audit.verify() == ()


def test_a_second_number_of_a_single_scheme_replaces_the_first(world: World) -> None:
    """With the reason; the former number leads on, is nobody else's, and may come back."""
    investor = InvestorFactory.create(world=world, identifiers={"jp_cn": JAPAN})
    with refused(world, Conflict, "single"):
        world.tokyo.investors.identify(investor, "jp_cn", JAPAN_TOO)
    world.tokyo.investors.identify(investor, "jp_cn", JAPAN_TOO, replaces="re-registered")
    assert world.viewer.investors.get(JAPAN) is world.viewer.investors.get(JAPAN_TOO) is investor
    card = world.viewer.investors.show(investor)
    assert [(row.value, row.former_since is None) for row in card.identifiers] == [(JAPAN_TOO, True), (JAPAN, False)]
    other = InvestorFactory.create(world=world)
    with refused(world, Conflict, "identifier"):
        world.tokyo.investors.identify(other, "jp_cn", JAPAN)
    with refused(world, Conflict, "single"):
        world.tokyo.investors.identify(investor, "jp_cn", JAPAN)
    world.tokyo.investors.identify(investor, "jp_cn", JAPAN, replaces="back again")
    assert [row.value for row in world.viewer.investors.show(investor).identifiers] == [JAPAN, JAPAN_TOO]
    reasons = [row.reason for row in world.manager.audit.list(record="investor_identifier")]
    assert reasons == ["back again", "back again", "re-registered", "re-registered", None]
    assert world.manager.audit.verify() == ()


def test_a_mistake_is_withdrawn_and_the_right_company_takes_it(world: World) -> None:
    """The record stays, with the reason; it finds nobody until another has it; even an archived company gives it up."""
    wrong = InvestorFactory.create(world=world, identifiers={"jp_cn": JAPAN})
    right = InvestorFactory.create(world=world)
    world.manager.investors.archive(wrong, reason="dissolved")
    row = world.tokyo.investors.unidentify(wrong, "jp_cn", "５-８３５６-7825-6246", reason="misread")
    assert (row.withdrawn_at, row.withdrawn_reason) == (world.clock.instant, "misread")
    assert world.viewer.investors.find(JAPAN) == ()
    assert world.viewer.investors.show(wrong).identifiers == ()
    with refused(world, NotFound, "not_found"):
        world.tokyo.investors.unidentify(wrong, JAPAN, reason="again")
    world.tokyo.investors.identify(right, JAPAN)
    assert world.viewer.investors.get(JAPAN) is right
    world.tokyo.investors.unidentify(right, JAPAN, reason="after all not")
    world.tokyo.investors.identify(right, JAPAN)
    assert len(world.session.scalars(select(InvestorIdentifier)).all()) == 3
    assert world.manager.audit.verify() == ()


def test_bad_input_of_each_verb(world: World) -> None:
    """Bad arguments are named, and nothing is written."""
    investor = InvestorFactory.create(world=world, identifiers=[CODE])
    cases: list[tuple[tuple[Any, ...], str]] = [
        (("xx", "1"), "choice"), ((7,), "type"), ((None,), "type"), (("jp_cn", ""), "empty"), (("jp_cn", -1), "length"), (("jp_cn", 1.5), "empty"),
        (("jp_cn", "1"), "length"), (("12345678",), "scheme"), (("jp_cn",), "scheme"), (("jp_cn", "x" * 30_000), "too_long"),
    ]  # fmt: skip
    for arguments, code in cases:
        with refused(world, InvalidInput, code):
            world.tokyo.investors.identify(investor, *arguments)
        with refused(world, InvalidInput, code):
            world.tokyo.investors.unidentify(investor, *arguments, reason="x")
    texts: list[Any] = [parameters.values for parameters in NO_TEXT]
    for value, code in texts:
        with refused(world, InvalidInput, code):
            world.tokyo.investors.unidentify(investor, CODE, reason=value)
    references: list[Any] = [parameters.values[0] for parameters in NO_REFERENCE]
    for ref in references:
        with refused(world, Refused):
            world.tokyo.investors.identify(ref, CODE)
        with refused(world, Refused):
            world.tokyo.investors.unidentify(ref, CODE, reason="x")
    with refused(world, InvalidInput, "uid"):
        world.tokyo.investors.identify(investor, JAPAN, uid="x")
    with refused(world, InvalidInput, "too_long"):
        world.tokyo.investors.identify(investor, JAPAN, replaces="x" * 30_000)


def test_who_may_write_them(world: World) -> None:
    """The right to write investors is required."""
    investor = InvestorFactory.create(world=world, identifiers=[CODE])
    assert allows(world, lambda door: door.investors.identify(investor, JAPAN)) == AMBASSADORS | MANAGERS
    assert allows(world, lambda door: door.investors.unidentify(investor, CODE, reason="x")) == AMBASSADORS | MANAGERS


def test_the_database_holds_the_rules_too(world: World) -> None:
    """Uniqueness, one of a single scheme, the length, the reason of a withdrawal."""
    one = InvestorFactory.create(world=world, identifiers={"jp_cn": JAPAN})
    two = InvestorFactory.create(world=world)
    table = InvestorIdentifier.__table__
    bad: list[dict[str, Any]] = [
        {"investor_id": two.id, "scheme": "jp_cn", "value": JAPAN},
        {"investor_id": one.id, "scheme": "jp_cn", "value": JAPAN_TOO},
        {"investor_id": two.id, "scheme": "uscc", "value": "1"},
        {"investor_id": two.id, "scheme": "uscc", "value": CODE, "withdrawn_at": world.clock.instant},
    ]
    for values in bad:
        nested = world.session.begin_nested()
        with pytest.raises(IntegrityError):
            world.session.connection().execute(table.insert(), values)  # type: ignore[attr-defined]
        nested.rollback()


def blind_at_first(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, nothing: object) -> None:
    """Let a look see, the first time, what stood before the other session's commit: nothing; then all as it is."""
    look, calls = getattr(owner, name), count()
    monkeypatch.setattr(owner, name, lambda *given: look(*given) if next(calls) else nothing)


@pytest.mark.parametrize("verb", ["add", "identify"])
def test_two_sessions_that_record_one_number_at_once(
    migrated_engine: Engine, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """Where neither saw the other's, the unique key lets one in; the other is told which number, and who has it."""
    with Session(migrated_engine) as session, session.begin():
        here = InvestorFactory.create(world=World(session)).id
    with Session(migrated_engine) as session, session.begin():
        World(session, found=False).tokyo.investors.add("先到", country="JP", identifiers=[JAPAN])
    with Session(migrated_engine) as session:
        late = World(session, found=False)
        kind = type(late.tokyo.investors)
        blind_at_first(monkeypatch, kind, "_ensure_unused" if verb == "add" else "_known", [])
        with pytest.raises(Conflict, match=r"先到.*5-8356-7825-6246") as caught, session.begin():
            if verb == "add":
                late.tokyo.investors.add("后到", country="JP", identifiers=[JAPAN])
            else:
                late.tokyo.investors.identify(here, JAPAN)
        assert [problem.code for problem in caught.value.problems] == ["identifier"]
        with session.begin():
            assert late.viewer.investors.find("后到") == ()
            assert late.manager.audit.verify() == ()


@pytest.mark.parametrize("why", [None, "it moved"])
def test_two_sessions_that_give_one_investor_two_numbers_at_once(
    migrated_engine: Engine, monkeypatch: pytest.MonkeyPatch, why: str | None
) -> None:
    """Where neither saw the other's, one gets in; the other is told of the number that stands, and nothing of theirs stays."""
    with Session(migrated_engine) as session, session.begin():
        here = InvestorFactory.create(world=World(session)).id
    with Session(migrated_engine) as session, session.begin():
        World(session, found=False).tokyo.investors.identify(here, JAPAN)
    with Session(migrated_engine) as session:
        late = World(session, found=False)
        blind_at_first(monkeypatch, type(late.tokyo.investors), "_known", [])
        with pytest.raises(Conflict, match="5-8356-7825-6246") as caught, session.begin():
            late.tokyo.investors.identify(here, JAPAN_TOO, replaces=why)
        assert [problem.code for problem in caught.value.problems] == ["single"]
        with session.begin():
            assert [row.value for row in late.viewer.investors.show(here).identifiers] == [JAPAN]
            assert late.manager.audit.verify() == ()


def test_many_who_give_one_investor_a_number_at_once(migrated_engine: Engine) -> None:
    """One number stands; each of the others is told which, however the sessions meet."""
    numbers = [f"{jp_cn.calc_check_digit(str(stem))}{stem}" for stem in range(835678256246, 835678256250)]
    with Session(migrated_engine) as session, session.begin():
        here = InvestorFactory.create(world=World(session)).id
    acts = for_each(numbers, lambda number, world: world.tokyo.investors.identify(here, f"jp_cn:{number}"))
    assert at_once(migrated_engine, acts) == {"done": 1, "single": 3}


@pytest.mark.parametrize("numbers", [[CODE], [CODE, JAPAN]])
def test_an_identifier_is_found_through_its_index(session: Session, numbers: list[str]) -> None:
    """One or several at once, on both databases; no table is read through."""
    wanted = select(InvestorIdentifier.investor_id).where(holding([as_identifier(number) for number in numbers]))
    sqlite = session.get_bind().dialect.name == "sqlite"
    if not sqlite:
        session.execute(text("SET LOCAL enable_seqscan = off"))
    shown = str(wanted.compile(session.connection(), compile_kwargs={"literal_binds": True}))
    plan = repr(session.execute(text(f"EXPLAIN {'QUERY PLAN' if sqlite else ''} {shown}")).all())
    assert "uq_crm_investor_identifier_value" in plan
    assert "SCAN" not in plan


def test_a_project_companys_code_is_a_reason(world: World) -> None:
    """An investor that has the credit code of another's project company; not of a lead one may not see, nor of a subsidiary."""
    lead = LeadFactory.create(world=world, registered=True)
    assert lead.enterprise is not None
    code = str(lead.enterprise.credit_code)
    company = InvestorFactory.create(world=world, domestic=True, identifiers={"uscc": code})
    (row,) = world.viewer.investors.duplicates()
    assert (row.one, row.other, row.reason, row.identifier) == (
        lead.investor_id,
        company.id,
        "identifier",
        f"uscc:{code}",
    )
    assert world.viewer.investors.duplicates(reason="identifier") == (row,)
    assert world.viewer.investors.duplicates(reason="key") == ()
    likely = world.viewer.investors.likely("完全不同", identifiers=[code])
    assert {row.id: (row.reason, row.identifier) for row in likely} == {
        company.id: ("identifier", f"uscc:{code}"),
        lead.investor_id: ("identifier", f"uscc:{code}"),
    }
    world.manager.leads.edit(lead, confidential=True, code_name="Falcon")
    assert world.viewer.investors.duplicates() == ()
    assert [row.id for row in world.viewer.investors.likely("完全不同", identifiers=[code])] == [company.id]
    assert len(world.manager.investors.duplicates()) == 1
    world.manager.groups.join(company, lead.investor_id)
    assert world.manager.investors.duplicates() == ()


def test_different_numbers_speak_for_two(world: World) -> None:
    """Alike names with another number in one scheme come last, at half the score, and say why; a former number does not count."""
    one = world.tokyo.investors.add("雪花啤酒", country="CN", identifiers={"jp_cn": JAPAN})
    two = world.tokyo.investors.add("雪花-啤酒", country="CN", distinct="x", identifiers={"jp_cn": JAPAN_TOO})
    world.session.connection().exec_driver_sql("DELETE FROM crm_distinct")
    near = world.tokyo.investors.add("济南雪花啤酒", country="CN")
    pairs = {(row.one, row.other): row for row in world.viewer.investors.duplicates()}
    assert (pairs[one.id, two.id].score, pairs[one.id, two.id].apart) == (50, ("jp_cn",))
    assert list(pairs)[-1] == (one.id, two.id)
    assert pairs[one.id, near.id].apart == ()
    assert (one.id, two.id) not in {(row.one, row.other) for row in world.viewer.investors.duplicates(min_score=51)}
    rows = world.viewer.investors.likely("雪花啤酒", identifiers={"jp_cn": JAPAN_TOO})
    assert [(row.id, row.reason, row.apart) for row in rows] == [
        (two.id, "identifier", ()),
        (near.id, "near", ()),
        (one.id, "key", ("jp_cn",)),
    ]
