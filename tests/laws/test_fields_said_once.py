"""Law 8: a field is said once. Each column of a declared noun is settable, shown, audited and merged, or exempt with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Unpack, get_type_hints

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.cli.admin import pages as audit_page
from crm.cli.printing.language import Language
from crm.cli.printing.plain import Form, plain
from crm.cli.printing.reader import Reader
from crm.errors import Conflict, InvalidInput
from crm.models import AuditKey, Base
from crm.models.audited import as_audited
from crm.models.derived import derived_columns
from crm.rules.audit.nouns import NOUNS
from crm.rules.investors.contacts import ContactFields
from crm.rules.investors.fields import InvestorFields
from crm.rules.kernel.fields import Field, by_column, counted, declared, merged, personal, text
from crm.services.merges.service import CHOSEN
from crm.values.identifiers import digest
from crm.values.plain import plain as kept_plain
from crm.values.text import TITLE
from tests.factories import World
from tests.laws.nouns import CASES

#: Of every record, and written by the kernel alone.
KEPT = {
    "id": "its number",
    "uid": "its uid",
    "digest": "what it was brought with",
    "version": "counted by Writing",
}
#: Models of which no field is declared, by their record in the audit, and why.
WHOLE: Mapping[str, str] = {
    "binding": "the proven identity of a member of staff: written by staff.bind, ended by staff.unbind, on the card",
    "closed_arrival": "an arrival that a published figure counts: written by figures.close, never changed",
    "closed_contract": "a contract that a published figure counts: written by figures.close, never changed",
    "closing": "a published period: written by figures.close, never changed, listed with its edition",
    "import": "a file that was imported: written by imports.apply and undo, listed",
    "import_row": "what a row of a file made or changed, never changed, on the card of the import",
    "industry": "a group or class of GB/T 4754: read from a file by industries.load, never changed, listed",
    "published_figure": "a figure of a closing: worked out by figures.close, never changed, shown with it",
    "rate": "a rate of exchange: read from a file by rates.load, never changed, listed",
    "rate_load": "a load of rates: written by rates.load with their checksum, never changed",
    "score": "a frozen scorecard: written by targets.freeze, never changed",
    "score_cell": "a figure of a frozen scorecard: worked out by targets.freeze, never changed",
    "assignment": "whose hands a lead is in: written by leads.open and leads.handover, on its card",
    "audit_entry": "the audit itself",
    "audit_seal": "the audit itself",
    "sealed_entry": "the audit itself",
    "audit_key": "the audit itself: the keys of its digests",
    "converted_entry": "the audit itself",
    "distinct": "two investors that look alike: written by investors.add and investors.distinct, never changed",
    "investor_identifier": "written by investors.add and investors.identify, on the card; a merge moves it",
    "investor_name": "written by investors.add, alias and edit, on the card; a merge moves it",
    "merge": "written by merges.merge and merges.undo, listed",
    "merge_item": "what a merge moved, never changed",
    "ownership": "written by groups.join and groups.leave, corrected by groups.edit, listed; a merge moves it",
    "saved_view": "a view: written by views.save, removed by views.remove, listed",
    "tag": "a word: written by leads.tag and investors.tag, changed by tags.rename, merge and split, listed",
    "tagging": "a tag on a record: written by leads.tag and investors.tag, on its card and in its list; a merge moves it",
    "transition": "a move of a lead: written by the moves, never changed, in its history",
    "carried_over": "that a lead was carried over: written by leads.open and settle, on the card of the lead",
    "redate": "the corrected day of a move: written by leads.redate, never changed, in the history of the lead",
    "target_baseline": "a past figure that a version of a target multiplies: written by targets.set and load, never changed, on its card",
    "target_unit": "a unit that a version of a target names: written by targets.set and load, never changed, on its card",
    "claim_share": "a unit's part of a claim: written by claims.rule and claims.transfer, shown with its claim",
    "meeting_contact": "a person who was at a meeting: named when it is logged, on its card; a merge moves it",
    "meeting_staff": "one of ours who was at a meeting, with their place of that day: named when it is logged, on its card",
}
pytestmark = pytest.mark.portable

MODELS: Mapping[str, Any] = {
    mapper.class_.__tablename__.removeprefix("crm_"): mapper for mapper in Base.registry.mappers
}


@pytest.fixture
def world(session: Session) -> World:
    """A bureau, rolled back after the test."""
    return World(session)


def test_every_model_is_declared_or_named() -> None:
    """A new table is declared, or named with the reason why not."""
    assert MODELS.keys() == NOUNS.keys() | WHOLE.keys()
    assert not NOUNS.keys() & WHOLE.keys()


@pytest.mark.parametrize("noun", NOUNS)
def test_every_column_is_accounted_for(noun: str) -> None:
    """A column without a line in the declaration fails here, and so does a line without a column."""
    columns = {column.key for column in MODELS[noun].column_attrs}
    fields = set(by_column(NOUNS[noun]))
    exempt = (set(KEPT) & columns) | set(CASES[noun].exempt) | derived_columns(MODELS[noun].class_)
    assert columns == fields | exempt
    assert not fields & exempt


def test_the_declaration_is_what_the_verbs_take() -> None:
    """A type checker sees it; options and the fields of a merge come of it."""
    for case in CASES.values():
        for verb, fields in case.verbs:
            assert Unpack[fields] in get_type_hints(verb).values()
        for command, fields in case.commands:
            assert declared(fields).keys() <= {parameter.name for parameter in command.params}
    for noun in ("investor", "contact"):
        assert CHOSEN[MODELS[noun].class_] == merged(NOUNS[noun])


#: Fields of a contact that the audit shows as they are, and that erasing leaves, and why.
NOT_PERSONAL = {
    "jurisdiction": "a country: which law was followed",
    "basis": "a code: the ground on which the data was held",
    "noticed_on": "a day: that the person was told",
    "retain_until": "a day: that the data was not held longer",
}


def test_all_that_is_known_of_a_contact_is_personal() -> None:
    """The audit keeps digests of it, and erasing clears it: a further field of a contact says so, or has to be named here."""
    assert set(personal(ContactFields)) == set(by_column(ContactFields)) - NOT_PERSONAL.keys()


@pytest.mark.parametrize(("noun", "name"), [(noun, name) for noun in NOUNS for name in declared(NOUNS[noun])])
def test_a_field_is_set_shown_and_audited(world: World, noun: str, name: str) -> None:
    """Each of them, in the same words everywhere; a field without an example fails here."""
    case, field, given = CASES[noun], declared(NOUNS[noun])[name], CASES[noun].examples[name]
    changes: dict[str, Any] = {name: given}
    edit = case.edit if case.edited is None or name in declared(case.edited) else None
    record = case.make(world) if edit else case.make(world, **changes)
    if edit:
        edit(world, record, **changes)
    kept = [kept_plain(getattr(record, column)) for column in field.kept]
    stored = case.stored[name](world) if name in case.stored else given
    assert (kept_plain(kept[0]) if len(kept) == 1 else list(map(kept_plain, kept))) == stored
    shown = case.shown.get(name, given)
    page = plain(case.show(world, record), Form(Language("en")))
    assert {**page.get("row", {}), **page}[field.key] == (shown(record) if callable(shown) else shown)
    entry = world.admin.audit.list(record=noun, record_id=record.id, limit=1)[0]
    signed = {column: entry.changes[column][1] for column in field.kept if column in entry.changes}
    assert signed
    key = world.session.scalar(select(AuditKey.key).where(AuditKey.record == noun, AuditKey.record_id == record.id))
    model = MODELS[noun].class_
    told = [as_audited(model, column, value, key) for column, value in zip(field.kept, kept, strict=True)]
    assert all(str(value).startswith("hmac:") for value in told) == (field.personal and kept != [None])
    assert signed.items() <= dict(zip(field.kept, told, strict=True)).items()
    assert field.label in audit_page.changes(Reader(Language("en")), noun, entry.changes)
    if edit and field.optional and name not in case.lasting:
        edit(world, record, **{name: None})
        assert [getattr(record, column) for column in field.kept] == [None] * len(kept)


@pytest.mark.parametrize(
    ("noun", "name"), [(noun, name) for noun in ("investor", "contact") for name in merged(NOUNS[noun])]
)
def test_a_merge_carries_a_field(world: World, noun: str, name: str) -> None:
    """A merge moves the field, and undoing it restores both values."""
    case, given = CASES[noun], CASES[noun].examples[name]
    one, two = case.make(world), case.make(world, name="乙方贸易")
    before, changes = getattr(one, name), {name: given}
    assert case.edit is not None
    case.edit(world, two, **changes)
    choices: dict[str, Any] = {name: "absorbed"}
    merge = world.manager.merges.merge(one, two, person=noun == "contact", reason="x", choices=choices)
    assert kept_plain(getattr(one, name)) == given
    world.manager.merges.undo(merge, reason="x")
    assert (getattr(one, name), type(getattr(one, name))) == (before, type(before))


def test_a_later_field_leaves_earlier_calls_the_same() -> None:
    """A call that does not give it has the content of a version without it; one that does is another call."""

    class Later(InvestorFields, total=False):
        """With one field more."""

        chair: Annotated[str | None, Field("Chair", "Who leads it.", text(TITLE))]

    first = {"name": "甲方实业", "country": "JP", "kind": "enterprise", "note": None}
    assert counted(Later, {**first, "chair": None}) == counted(InvestorFields, first) == first
    assert counted(Later, {**first, "chair": "c"}) == {**first, "chair": "c"}


def test_the_digest_of_the_first_version() -> None:
    """What an investor of the first version was brought with, an empty note included, gives the digest it always gave."""
    first = {"name": "丸红株式会社", "country": "JP", "kind": "enterprise", "note": None}
    whole = {**dict.fromkeys(declared(InvestorFields)), **first}
    assert list(counted(InvestorFields, whole)) == list(first)
    assert digest(counted(InvestorFields, whole)) == digest(first)


def test_a_wrong_name_and_a_wrong_type_are_refused(world: World) -> None:
    """By the type checker, whose expected errors stand here, and by the program."""
    investor = world.tokyo.investors.add("甲方实业", country="JP")
    with pytest.raises(TypeError, match="nmae"):
        world.tokyo.investors.edit(investor, nmae="乙")  # type: ignore[call-arg]  # expected: no such field
    with pytest.raises(TypeError, match="nmae"):
        world.tokyo.investors.add("乙方", country="JP", nmae="乙")  # type: ignore[call-arg]  # expected: no such field
    with pytest.raises(InvalidInput):
        world.tokyo.investors.edit(investor, country=86)  # type: ignore[arg-type]  # expected: not a text
    with pytest.raises(InvalidInput):
        world.tokyo.investors.edit(investor, kind=None)  # type: ignore[arg-type]  # expected: it cannot be empty
    with pytest.raises(InvalidInput):
        world.tokyo.investors.add("乙方", country="JP", note=5)  # type: ignore[arg-type]  # expected: not a text
    world.tokyo.investors.edit(investor, note="n")
    world.tokyo.investors.edit(investor, country="HK")
    assert (investor.country, investor.note) == ("HK", "n")
    world.tokyo.investors.edit(investor, note=None)
    assert investor.note is None


def test_a_website(world: World) -> None:
    """Given when added or later; read generously, cleared, refused with the rest; the survivor keeps its own in a merge."""
    one = world.tokyo.investors.add("甲方实业", country="JP", website=" Example.com/zh ")
    two = world.tokyo.investors.add("乙方贸易", country="CN", website="")
    assert (one.website, two.website) == ("https://example.com/zh", None)
    world.tokyo.investors.edit(two, website="http://example.org")
    merge = world.manager.merges.merge(one, two, reason="x")
    assert one.website == "https://example.com/zh"
    world.manager.merges.undo(merge, reason="x")
    world.tokyo.investors.edit(one, website=None)
    world.manager.merges.merge(one, two, reason="x")
    assert one.website == "http://example.org"
    with pytest.raises(InvalidInput) as refused:
        world.tokyo.investors.add("丙方", country="XX", website="ftp://example.com")
    assert [problem.field for problem in refused.value.problems] == ["country", "website"]
    assert world.admin.audit.verify() == ()


def test_an_investor_brought_before_websites_is_the_same_call(world: World) -> None:
    """Without one the digest is that of the first version; with one it is another call."""
    call: dict[str, Any] = {"name": "丸红株式会社", "country": "JP", "uid": "01860000-0000-7000-8000-000000000011"}
    first = world.tokyo.investors.add(**call)
    names = [{"text": "丸红株式会社", "language": "zh", "kind": "legal"}]
    content = {"name": "丸红株式会社", "country": "JP", "kind": "enterprise", "note": None, "names": names}
    assert first.digest == digest(content)
    assert world.tokyo.investors.add(**call, website="") is first
    with pytest.raises(Conflict):
        world.tokyo.investors.add(**call, website="example.com")
