"""Targets: set by hand, loaded from a file, kept in versions, ended; every verb against bad input."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import func, select

from crm.errors import AccessDenied, Conflict, InvalidInput, NotFound
from crm.models import AuditEntry, Target, TargetTerms
from crm.models.base import new_uid
from crm.rules.targets.codes import Cadence, ScopeKind
from crm.values.period import Period
from tests.factories import World
from tests.services.refusals import LONE_SURROGATE, LONG

pytestmark = pytest.mark.portable

FILE = (files("crm.demo") / "data" / "targets.toml").read_text(encoding="utf-8")
FDI: dict[str, Any] = {
    "title": "实际使用外资", "measure": "actual_fdi", "period": 2023, "at_least": "3.2bn USD", "source": "新闻发布会"
}  # fmt: skip


def count(world: World, model: Any) -> int:
    """Return how many records there are."""
    return world.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_target_is_set_with_all_that_it_asks(world: World) -> None:
    """What was written comes back, in the units of the measure."""
    world.manager.targets.set("fdi", **FDI, stretch="3.5bn USD", filter={"industry": ["C"]}, note="口径")
    (row,) = world.viewer.targets.list()
    terms = row.current.terms
    assert (row.code, row.period, row.current.number) == ("fdi", Period.year(2023), 1)
    assert (terms.threshold.base, terms.threshold.stretch, terms.threshold.currency) == (
        320_000_000_000,
        350_000_000_000,
        "USD",
    )
    assert terms.filter.industry == ("C",)
    assert (terms.scope, terms.cadence, terms.note) == (ScopeKind.CITY, Cadence.WHOLE, "口径")
    assert row.current.set_by == "manager.desk"  # fmt: skip


def test_all_targets_of_the_case_are_loaded_from_one_file(world: World) -> None:
    """Ten targets, and a second load changes nothing at all."""
    loaded = world.manager.targets.load(FILE)
    assert len(loaded.added) == 10
    assert (loaded.changed, loaded.unchanged) == ((), ())
    entries = count(world, AuditEntry)
    again = world.manager.targets.load(FILE)
    assert (again.added, again.changed, again.unchanged) == ((), (), loaded.added)
    assert count(world, AuditEntry) == entries
    assert [row.code for row in world.viewer.targets.list(2023)] == list(loaded.added)
    assert world.viewer.targets.list(2022) == ()


def test_a_threshold_set_anew_leaves_the_old_one_readable(world: World) -> None:
    """The new version says why; both stand on the card."""
    world.manager.targets.load(FILE)
    higher = FILE.replace("3.2bn USD", "3.3bn USD")
    with pytest.raises(Conflict, match="fdi-2023 is on record with other terms"):
        world.manager.targets.load(higher)
    loaded = world.manager.targets.load(higher, reason="省里加码")
    assert (loaded.added, loaded.changed) == ((), ("fdi-2023",))
    card = world.viewer.targets.show("fdi-2023")
    assert [(version.number, version.terms.threshold.base, version.reason) for version in card.versions] == [
        (2, 330_000_000_000, "省里加码"),
        (1, 320_000_000_000, None),
    ]
    assert card.row.current == card.versions[0]


def test_the_highest_version_holds(world: World) -> None:
    """The highest version of a target is its current one."""
    world.manager.targets.load(FILE)
    for number in range(3):
        world.manager.targets.set("fdi-2023", **{**FDI, "at_least": f"{number + 4}bn USD"}, reason=str(number))
    row = world.viewer.targets.list()[0]
    assert (row.code, row.current.number, row.current.terms.threshold.base) == ("fdi-2023", 4, 600_000_000_000)


def test_units_and_baselines_are_named_by_code(world: World) -> None:
    """Units and baselines are returned as they were entered."""
    world.manager.targets.set(
        "leader-led", title="顶格招商", measure="delegations", period="2023", at_least="2 x", source="s", scope="each",
        units=["hitech", "bureau"], baselines={"hitech": 3}, baseline="2022",
    )  # fmt: skip
    terms = world.viewer.targets.show("leader-led").row.current.terms
    assert (terms.units, terms.baselines, terms.baseline) == (("bureau", "hitech"), {"hitech": 3}, Period.year(2022))


def test_everything_wrong_in_a_file_is_named_with_its_line(world: World) -> None:
    """All errors of a file are named, and nothing is loaded."""
    wrong = FILE.replace('measure = "events"', 'measure = "parties"').replace(
        'kinds = ["department"]', 'kinds = ["guild"]', 1
    )
    with pytest.raises(InvalidInput) as refusal:
        world.manager.targets.load(wrong.replace('cadence = "quarter"', 'cadence = "quarter"\nunits = ["atlantis"]'))
    told = str(refusal.value).splitlines()
    assert len(told) == 2
    assert f"Line {line_of(wrong, 'parties')}, target 4 (events-2023), measure" in told[0]
    assert '"guild" is unknown' in told[1]
    assert world.viewer.targets.list() == ()  # fmt: skip


def line_of(text: str, word: str) -> int:
    """Return the number of the line a word stands in."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if word in line)


def test_an_unknown_unit_is_named_and_nothing_is_loaded(world: World) -> None:
    """What only the database knows is checked before anything is written."""
    with pytest.raises(InvalidInput, match='there is no unit "atlantis"'):
        world.manager.targets.load(FILE.replace('cadence = "quarter"', 'cadence = "quarter"\nunits = ["atlantis"]'))
    assert world.viewer.targets.list() == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no targets"),
        ("[[target]", "not valid TOML"),
        ("target = 3", "no targets"),
        ("target = [1]", "a table of keys"),
        ("x = 1\n[[target]]\n", "unknown key x"),
        ("[[target]]\ncode = 'a'\n[[target]]\n", "lacks period"),
        (FILE + FILE[FILE.index("[[target]]") :], "occurs twice"),
    ],
)
def test_a_file_that_is_none_is_refused(world: World, text: str, told: str) -> None:
    """Whatever is in it, the answer is a refusal that says why."""
    with pytest.raises(InvalidInput, match=told):
        world.manager.targets.load(text)


@pytest.mark.parametrize("text", [None, 3, b"x", ["[[target]]"]])
def test_what_is_no_text_is_no_file(world: World, text: Any) -> None:
    """The type is looked at first."""
    with pytest.raises(InvalidInput, match="is no text"):
        world.manager.targets.load(text)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"title": ""}, "title"),
        ({"title": LONG}, "title"),
        ({"title": LONE_SURROGATE}, "title"),
        ({"title": 3}, "title"),
        ({"measure": "parties"}, '"parties" is unknown'),
        ({"measure": 3}, "unknown"),
        ({"measure": ["actual_fdi"]}, "unknown"),
        ({"period": "later"}, "not a period"),
        ({"period": 99999999}, "not a period"),
        ({"period": True}, "not a period"),
        ({"at_least": 0}, "a whole number from 1"),
        ({"at_least": -5}, "a whole number from 1"),
        ({"at_least": 10**30}, "a whole number from 1"),
        ({"at_least": 1.5}, "a number, an amount"),
        ({"at_least": True}, "a number, an amount"),
        ({"at_least": 20}, "has no currency"),
        ({"at_least": "3bn CNY"}, "counted in USD"),
        ({"at_least": "-3bn USD"}, "more than zero"),
        ({"at_least": "150 %"}, "not a share"),
        ({"at_least": "0 %"}, "not a share"),
        ({"at_least": "15 %"}, "the measure it is a share of"),
        ({"at_least": "15 %", "of": "events"}, "another unit"),
        ({"at_least": "15 %", "of": 7}, "unknown"),
        ({"at_least": "2 x"}, "A multiple needs a baseline"),
        ({"at_least": "2 x", "baseline": "2023"}, "is not before"),
        ({"at_least": "2 x", "baselines": {"city": "-1 USD"}}, "more than zero"),
        ({"at_least": "2 x", "baselines": {"city": 3}}, "text or Money"),
        ({"at_least": "2 x", "baselines": {"city": "3 CNY"}}, "counted in USD"),
        ({"at_least": "2 x", "baselines": {"hitech": "3 USD"}}, "for a target of each unit"),
        ({"at_least": "2 x", "baselines": 3}, "a table of keys"),
        ({"at_least": "2 x", "baselines": {3: 3}}, "unknown"),
        ({"stretch": "3bn USD"}, "more than the threshold"),
        ({"stretch": 20}, "of different kinds"),
        ({"stretch": "much"}, "not an amount"),
        ({"scope": "galaxy"}, '"galaxy" is unknown'),
        ({"scope": "each"}, "must name units"),
        ({"kinds": ["zone"]}, "must not name units"),
        ({"scope": "each", "kinds": ["guild"]}, '"guild" is unknown'),
        ({"scope": "each", "kinds": 3}, "a list"),
        ({"scope": "each", "units": [""]}, "a list"),
        ({"scope": "each", "units": ["x" * 61]}, "a list"),
        ({"cadence": "week"}, '"week" is unknown'),
        ({"cadence": "half", "period": "2023Q1"}, "whole spans"),
        ({"filter": 3}, "a table of keys"),
        ({"filter": {"colour": "red"}}, "unknown"),
        ({"filter": {3: "red"}}, "unknown"),
        ({"filter": {"place": "home"}}, "has no filter place"),
        ({"filter": {"groups": ["atlantis"]}}, '"atlantis" is unknown'),
        ({"filter": {"countries": ["ZZ"]}}, "not a country"),
        ({"filter": {"industry": ["9"]}}, "industry"),
        ({"filter": {"kinds": ["gift"]}}, '"gift" is unknown'),
        ({"filter": {"stage": 3}}, "one word"),
        ({"baseline": "2022"}, "Only a multiple"),
        ({"of": "actual_fdi"}, "Only a share"),
        ({"source": ""}, "source"),
        ({"note": LONG}, "note"),
        ({"reason": LONG}, "reason"),
        ({"reason": "why"}, "changed targets"),
        ({"uid": "x"}, "uid"),
    ],
)
def test_a_target_that_cannot_be_meant_is_refused(world: World, wrong: dict[str, Any], told: str) -> None:
    """Nothing is written."""
    with pytest.raises(InvalidInput) as refusal:
        world.manager.targets.set("fdi", **{**FDI, **wrong})
    assert told in str(refusal.value)
    assert count(world, Target) == 0


@pytest.mark.parametrize("code", ["", "two words", "x" * 41, "中文", 3.5, None])
def test_a_code_is_short_and_plain(world: World, code: Any) -> None:
    """An invalid code is refused."""
    with pytest.raises(InvalidInput, match="code"):
        world.manager.targets.set(code, **FDI)


def test_a_project_counts_at_a_stage_of_the_policy(world: World) -> None:
    """Without a stage, or with an unknown one, it is refused."""
    given: dict[str, Any] = {"title": "项目", "measure": "projects", "period": 2023, "at_least": 3, "source": "s"}
    with pytest.raises(InvalidInput, match="the stage at which"):
        world.manager.targets.set("projects", **given)
    with pytest.raises(InvalidInput, match='"dreaming" is unknown'):
        world.manager.targets.set("projects", **given, filter={"stage": "dreaming"})
    with pytest.raises(InvalidInput, match="more than zero"):
        world.manager.targets.set("projects", **given, filter={"stage": "signed", "min_amount": "-1 USD"})


def test_only_a_manager_sets_and_ends_targets(world: World) -> None:
    """The others read them."""
    target = world.manager.targets.set("fdi", **FDI)
    for door in (world.viewer, world.tokyo, world.verifier, world.nobody):
        with pytest.raises(AccessDenied):
            door.targets.set("more", **FDI)
        with pytest.raises(AccessDenied):
            door.targets.load(FILE)
        with pytest.raises(AccessDenied):
            door.targets.end(target, reason="r")
    for read in (world.nobody.targets.list, lambda: world.nobody.targets.show("fdi")):
        with pytest.raises(AccessDenied):
            read()


def test_the_same_again_is_the_same_target(world: World) -> None:
    """By content, and by uid; other content with the uid is a conflict."""
    uid = new_uid()
    target = world.manager.targets.set("fdi", **FDI, uid=uid)
    assert world.manager.targets.set("fdi", **FDI) is target
    assert world.manager.targets.set("fdi", **FDI, uid=uid) is target
    with pytest.raises(Conflict, match="other content"):
        world.manager.targets.set("fdi", **{**FDI, "at_least": "4bn USD"}, uid=uid, reason="r")
    assert count(world, TargetTerms) == 1


def test_the_period_of_a_target_stays(world: World) -> None:
    """The period of a target cannot change."""
    world.manager.targets.set("fdi", **FDI)
    with pytest.raises(Conflict, match="has another period"):
        world.manager.targets.set("fdi", **{**FDI, "period": 2024}, reason="r")


def test_a_target_ends_with_a_reason_and_stays_on_the_list(world: World) -> None:
    """It takes no further version, and loading the file it came from changes nothing."""
    world.manager.targets.load(FILE)
    world.manager.targets.end("events-2023", reason="不再考核")
    assert "events-2023" not in {row.code for row in world.viewer.targets.list()}
    (row,) = [target for target in world.viewer.targets.list(ended=True) if target.code == "events-2023"]
    assert row.end_reason == "不再考核"
    with pytest.raises(Conflict, match="has ended"):
        world.manager.targets.end("events-2023", reason="again")
    with pytest.raises(Conflict, match="has ended"):
        world.manager.targets.load(FILE.replace("at_least = 20", "at_least = 25"), reason="r")
    assert len(world.manager.targets.load(FILE).unchanged) == 10


@pytest.mark.parametrize("code", ["fdi-2023", "events-2023"])
def test_a_target_is_corrected_with_what_changes(world: World, code: str) -> None:
    """Everything else stays, in a new version with its reason; nothing that changes is no version."""
    world.manager.targets.load(FILE)
    before = world.viewer.targets.show(code).row.current.terms
    world.manager.targets.edit(code, at_least=before.threshold.stated(before.threshold.base), reason="r")
    assert len(world.viewer.targets.show(code).versions) == 1
    world.manager.targets.edit(code, source="补充通知", note=None, reason="来源写错")
    card = world.viewer.targets.show(code)
    assert card.row.current.terms == evolve(before, source="补充通知", note="")
    assert [(version.number, version.reason) for version in card.versions] == [(2, "来源写错"), (1, None)]
    entry = world.admin.audit.list(limit=1)[0]
    assert (entry.verb, entry.reason) == ("target.edit", "来源写错")
    with pytest.raises(InvalidInput):
        world.manager.targets.edit(code, at_least="x", reason="r")
    with pytest.raises(AccessDenied):
        world.tokyo.targets.edit(code, note="x", reason="r")


def test_every_target_of_the_case_is_read_back_from_its_terms(world: World) -> None:
    """What a correction does not name is taken from the terms on record, without a loss."""
    world.manager.targets.load(FILE)
    for row in world.viewer.targets.list():
        world.manager.targets.edit(row.code, reason="nothing changes")
        assert world.viewer.targets.show(row.code).row.current == row.current


def test_a_frozen_scorecard_keeps_what_was_asked(world: World) -> None:
    """A correction, an end and a restoration change the present scorecard alone."""
    world.manager.targets.set("fdi", **FDI)
    world.manager.targets.freeze(2023)

    def frozen() -> Any:
        return [line.target.current.terms.threshold.base for line in world.manager.targets.frozen(2023).lines]

    held = frozen()
    world.manager.targets.edit("fdi", at_least="3.3bn USD", reason="r")
    assert [line.target.current.terms.threshold.base for line in world.manager.targets.score(2023).lines] == [
        330_000_000_000
    ]
    world.manager.targets.end("fdi", reason="r")
    assert world.manager.targets.score(2023).lines == ()
    with pytest.raises(Conflict, match="crm target restore fdi"):
        world.manager.targets.edit("fdi", note="x", reason="r")
    world.manager.targets.restore("fdi", reason="r")
    assert [line.target.current.terms.threshold.base for line in world.manager.targets.score(2023).lines] == [
        330_000_000_000
    ]
    with pytest.raises(Conflict, match="has not ended"):
        world.manager.targets.restore("fdi", reason="r")
    assert frozen() == held
    assert world.manager.audit.verify() == ()


@pytest.mark.parametrize("reason", ["", "  ", None, 3, LONG, LONE_SURROGATE])
def test_an_end_needs_a_reason(world: World, reason: Any) -> None:
    """A real one."""
    world.manager.targets.set("fdi", **FDI)
    with pytest.raises(InvalidInput, match="reason"):
        world.manager.targets.end("fdi", reason=reason)


@pytest.mark.parametrize("ref", ["nothing", 999_999, -1, "", None, 2.5])
def test_a_target_that_is_not_there_is_told(world: World, ref: Any) -> None:
    """An unknown code or number is named in the refusal."""
    with pytest.raises((NotFound, InvalidInput)):
        world.viewer.targets.show(ref)


@pytest.mark.parametrize("arguments", [{"period": "later"}, {"ended": "yes"}, {"limit": -1}, {"limit": "x"}])
def test_a_list_reads_its_arguments(world: World, arguments: dict[str, Any]) -> None:
    """What cannot be meant is refused."""
    with pytest.raises(InvalidInput):
        world.viewer.targets.list(**arguments)
