"""Gates, stages and policies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs
import pytest

from crm.errors import InvalidInput
from crm.rules.pipeline.facts import GATES, LeadFacts
from crm.rules.stages import DEFAULT, MoveKind, Pipeline, Stage, as_policies, in_effect

DAY = date(2023, 2, 8)
NOTHING = LeadFacts(foreign=True)
_MET: Mapping[str, Any] = {
    name: True for name in attrs.fields_dict(LeadFacts) if name not in {"received_on", "withdrawn"}
}
EVERYTHING = LeadFacts(**_MET, received_on=DAY)

#: For each gate the facts that meet it, each set by itself.
MEETS: Mapping[str, tuple[dict[str, Any], ...]] = {
    "investor": ({"investor": True},),
    "source": ({"source": True},),
    "received": ({"received_on": DAY},),
    "two_way_meeting": ({"two_way_meeting": True},),
    "unit": ({"unit": True},),
    "expected": ({"expected": True},),
    "industry": ({"industry": True},),
    "agreement": ({"agreement": True},),
    "company": ({"company": True},),
    "credit_code": ({"credit_code": True},),
    "licence": ({"licence": True},),
    "filing": ({"filing": True}, {"foreign": False}),
    "arrival_or_construction": ({"arrival": True}, {"construction": True}),
    "arrival": ({"arrival": True},),
    "start": ({"start": True},),
    "confirmed": ({"confirmed": True},),
}
#: The design's table: what each stage asks for.
ASKS = {
    "contact": ("investor", "source", "received"),
    "negotiating": ("two_way_meeting", "unit", "expected", "industry"),
    "signed": ("agreement",),
    "registered": ("company", "credit_code", "licence", "filing"),
    "implementing": ("arrival_or_construction",),
    "landed": ("arrival", "start", "confirmed"),
}


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_opens_for_its_own_facts_alone(gate: str) -> None:
    """Each gate is shut without its fact, opens with it, and stays shut when everything else is there."""
    keys = {key for facts in MEETS[gate] for key in facts}
    assert not GATES[gate].met(NOTHING)
    for facts in MEETS[gate]:
        assert GATES[gate].met(attrs.evolve(NOTHING, **facts))
    without: dict[str, Any] = {key: key == "foreign" if key != "received_on" else None for key in keys}
    assert not GATES[gate].met(attrs.evolve(EVERYTHING, **without))


def test_every_gate_has_a_test() -> None:
    """A new gate needs a row in the table above."""
    assert set(MEETS) == set(GATES)


@pytest.mark.parametrize("gate", GATES.values())
def test_a_gate_says_what_to_do(gate: Any) -> None:
    """A gate that is shut names what is missing and the way out, as sentences."""
    assert gate.text.endswith(".")
    assert gate.way_out


def test_the_bureau_s_pipeline_is_the_design_s() -> None:
    """Stages and gates stand in the order of the handbook."""
    assert {stage.code: stage.gates for stage in DEFAULT.stages} == ASKS
    assert (DEFAULT.first.code, DEFAULT.last.code) == ("contact", "landed")
    assert (DEFAULT.reopen_at, DEFAULT.capital_floor) == ("negotiating", "implementing")


@pytest.mark.parametrize("since", [None, *ASKS])
@pytest.mark.parametrize("to", ASKS)
def test_missing_names_every_gate_between_at_once(since: str | None, to: str) -> None:
    """From one stage to another, all gates of the stages between are named, in their order; none backwards."""
    codes = list(ASKS)
    start = 0 if since is None else codes.index(since) + 1
    expected = [(code, gate) for code in codes[start : codes.index(to) + 1] for gate in ASKS[code]]
    assert [
        (requirement.stage, requirement.gate) for requirement in DEFAULT.missing(NOTHING, to, since=since)
    ] == expected
    assert DEFAULT.missing(EVERYTHING, to, since=since) == ()


def test_missing_is_a_problem_too() -> None:
    """What is missing becomes the problem of a refusal, with gate and stage to read."""
    missing = DEFAULT.missing(EVERYTHING, "landed") or DEFAULT.missing(NOTHING, "contact")
    assert (missing[0].problem.code, missing[0].problem.params["stage"]) == ("investor", "contact")
    assert missing[0].way_out in str(missing[0].problem)


def test_a_stage_that_is_none_is_refused() -> None:
    """A typing error is met with the list of the stages."""
    with pytest.raises(InvalidInput, match="contact, negotiating"):
        DEFAULT.missing(NOTHING, "won")


def test_stages_follow_each_other() -> None:
    """The last stage has no next stage."""
    codes = list(ASKS)
    followers = [DEFAULT.after(code) for code in codes]
    assert [successor.code if successor else None for successor in followers] == [*codes[1:], None]


GOOD = """
name = "harbour"
effective = 2024-01-01
reopen_at = "talk"
capital_floor = "done"
[[stages]]
code = "talk"
label = "talking"
label_zh = "洽谈"
gates = ["investor"]
stale_days = 10
[[stages]]
code = "done"
[roles]
advance = ["manager"]
"""


def test_another_city_brings_its_own_policy() -> None:
    """A policy is read from TOML; moves it says nothing about keep the roles of the default."""
    policy = Pipeline.from_toml(GOOD)
    assert (policy.name, policy.effective, policy.reopen_at, policy.capital_floor) == (
        "harbour",
        date(2024, 1, 1),
        "talk",
        "done",
    )
    assert policy.stages == (Stage("talk", "talking", ("investor",), 10, "洽谈"), Stage("done", "done", ()))
    assert policy.roles[MoveKind.ADVANCE] == ("manager",)
    assert policy.roles[MoveKind.HOLD] == DEFAULT.roles[MoveKind.HOLD]


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("name =", "name ==", ["toml"]),
        ('name = "harbour"', "", ["missing"]),
        ("effective = 2024-01-01", 'effective = "2024"', ["missing"]),
        ('name = "harbour"', 'name = "harbour"\ncolour = "red"', ["unknown"]),
        ('code = "done"', 'label = "done"', ["missing"]),
        ("stale_days = 10", 'stale_days = "ten"', ["type"]),
        ("stale_days = 10", "colour = 1", ["type"]),
        ("stale_days = 10", "stale_days = 0", ["negative"]),
        ("stale_days = 10", "stale_days = 36501", ["negative"]),
        ('name = "harbour"', 'name = "har\\u0000bour"', ["length"]),
        ('code = "talk"', 'code = "ta\\nlk"', ["stage", "length"]),
        ('gates = ["investor"]', 'gates = ["handshake"]', ["gate"]),
        ('gates = ["investor"]', 'gates = "investor"', ["type"]),
        ('code = "done"', 'code = "talk"', ["stages", "stage"]),
        ('reopen_at = "talk"', 'reopen_at = "won"', ["stage"]),
        ('capital_floor = "done"', 'capital_floor = "won"', ["stage"]),
        ("advance =", "win =", ["unknown"]),
    ],
)
def test_a_malformed_policy_is_refused(old: str, new: str, codes: list[str]) -> None:
    """Each way to get a policy wrong is named by its own problem."""
    assert old in GOOD
    with pytest.raises(InvalidInput) as caught:
        Pipeline.from_toml(GOOD.replace(old, new, 1))
    assert [problem.code for problem in caught.value.problems] == codes
    assert str(caught.value)


def test_everything_wrong_with_a_policy_is_named_at_once() -> None:
    """Nobody mends a policy one refusal at a time."""
    with pytest.raises(InvalidInput) as shape:
        Pipeline.from_toml('colour = 1\nstages = [{label = "x"}, {code = "a", gates = 5}]\n[roles]\nwin = []\n')
    assert [problem.code for problem in shape.value.problems] == [
        *["missing"] * 4,
        "unknown",
        "missing",
        "type",
        "unknown",
    ]
    with pytest.raises(InvalidInput) as sense:
        Pipeline(
            name="x", effective=DAY, stages=(Stage("a", "a", ("one", "two"), -1),), reopen_at="b", capital_floor="c"
        )
    assert [problem.code for problem in sense.value.problems] == [
        "gate",
        "gate",
        "stages",
        "stage",
        "stage",
        "negative",
    ]


def test_the_policy_of_a_day_is_the_latest_in_effect() -> None:
    """On its first day a policy holds; before all of them the earliest does."""
    old, new = (
        attrs.evolve(DEFAULT, name=name, effective=date(year, 1, 1)) for name, year in (("old", 2020), ("new", 2024))
    )
    for policies in ([old, new], [new, old]):
        assert in_effect(policies, date(2023, 12, 31)) is old
        assert in_effect(policies, date(2024, 1, 1)) is new
        assert in_effect(policies, date(2019, 1, 1)) is old


def test_a_caller_passes_none_one_or_several_policies() -> None:
    """Nothing, and an empty list, mean the default."""
    assert as_policies(None) == as_policies([]) == as_policies(DEFAULT) == as_policies(iter([DEFAULT])) == (DEFAULT,)


BRAND = '[[aftercare.brands]]\ncode = "butler"\nlabel_zh = "管家"\n'


def test_aftercare_is_read_from_a_policy() -> None:
    """What is left out is as in the default."""
    read = Pipeline.from_toml(GOOD + "\n[aftercare]\nsolve_days = 30\n" + BRAND).aftercare
    assert (read.answer_days, read.solve_days, [brand.code for brand in read.brands]) == (5, 30, ["butler"])
    assert (read.brands[0].label, read.brands[0].label_zh) == ("butler", "管家")
    assert Pipeline.from_toml(GOOD).aftercare == DEFAULT.aftercare


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("[aftercare]\nanswer_days = 0\nsoon_days = 501", ["days", "days"]),
        ("[aftercare]\nanswer_days = 30", ["order"]),
        ('[aftercare]\nanswer_days = "five"\ncolour = 1', ["type", "type"]),
        ('[aftercare]\nbrands = "butler"', ["type"]),
        ("[aftercare]\nbrands = [1]", ["type"]),
        ("[[aftercare.brands]]\nlabel = 5", ["type", "type"]),
        (BRAND + BRAND, ["brand"]),
        (BRAND.replace("butler", "b" * 25), ["brand"]),
        (BRAND.replace("butler", ""), ["brand"]),
    ],
)
def test_a_malformed_aftercare_is_refused(text: str, codes: list[str]) -> None:
    """Each way to get it wrong is named, all at once."""
    with pytest.raises(InvalidInput) as caught:
        Pipeline.from_toml(GOOD + "\n" + text)
    assert [problem.code for problem in caught.value.problems] == codes
    assert all(str(problem).strip() for problem in caught.value.problems)


def test_aftercare_that_is_no_table_is_refused() -> None:
    """A number or a list is refused."""
    with pytest.raises(InvalidInput) as caught:
        Pipeline.from_toml("aftercare = 5\n" + GOOD)
    assert [problem.code for problem in caught.value.problems] == ["type"]


CAPITAL = """
[capital]
method = "MOFCOM 2023"
counted = ["new", "increase"]
rate_source = "ecb"
rate_day = "month_end"
rate_age_days = 5

[[capital.groups]]
code = "neighbours"
label = "Neighbours"
label_zh = "近邻"
countries = ["JP", "KR", "MN"]
"""


def test_capital_is_read_from_a_policy() -> None:
    """What is left out is as in the default."""
    capital = Pipeline.from_toml(GOOD + CAPITAL).capital
    assert (capital.method, capital.counted, capital.rate_source) == ("MOFCOM 2023", ("new", "increase"), "ecb")
    assert (capital.rate_day, capital.rate_age_days, capital.home) == ("month_end", 5, "CN")
    assert [(group.code, group.label_zh, group.countries) for group in capital.groups] == [
        ("neighbours", "近邻", frozenset({"JP", "KR", "MN"}))
    ]
    assert Pipeline.from_toml(GOOD).capital == DEFAULT.capital


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ('"MOFCOM 2023"', "7", ["type"]),
        ('"MOFCOM 2023"', '" "', ["length"]),
        ('["new", "increase"]', '"new"', ["type", "type"]),
        ('["new", "increase"]', "[1]", ["type"]),
        ('["new", "increase"]', '["gift"]', ["kind"]),
        ('"month_end"', '"whenever"', ["choice"]),
        ("rate_age_days = 5", "rate_age_days = -1", ["days"]),
        ("rate_age_days = 5", "rate_age = 5", ["unknown"]),
        ('["JP", "KR", "MN"]', '["XX"]', ["country"]),
        ('["JP", "KR", "MN"]', '"JP"', ["type"]),
        ('countries = ["JP", "KR", "MN"]', "", ["type"]),
        ('label = "Neighbours"', "label = 7", ["type"]),
        ("[[capital.groups]]", "[capital.groups]", ["type"]),
    ],
)
def test_a_malformed_capital_is_refused(old: str, new: str, codes: list[str]) -> None:
    """With what is wrong."""
    with pytest.raises(InvalidInput) as caught:
        Pipeline.from_toml(GOOD + CAPITAL.replace(old, new))
    assert [problem.code for problem in caught.value.problems] == codes, caught.value


@pytest.mark.parametrize("capital", ["7", "[]", '"x"'])
def test_capital_that_is_no_table_is_refused(capital: str) -> None:
    """A number, a list, a text."""
    with pytest.raises(InvalidInput):
        Pipeline.from_toml(f"capital = {capital}\n{GOOD}")
