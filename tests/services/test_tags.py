"""Tags: put on records and taken off, found by, renamed, merged, split; seen only with the records that have them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm import CRM
from crm.errors import AccessDenied, Archived, Conflict, InvalidInput, NotFound, Refused, StaleRecord
from crm.models import AuditEntry, Investor, Lead, Tag
from crm.rules.tags import MOST
from crm.services.kernel.refs import TagRef
from tests.factories import InvestorFactory, LeadFactory, World

pytestmark = pytest.mark.portable


def tags(door: CRM, record: Lead | Investor) -> tuple[str, ...]:
    """Return the tags of a record as its card shows them."""
    return door.leads.show(record).row.tags if isinstance(record, Lead) else door.investors.show(record).row.tags


def counts(door: CRM) -> dict[str, tuple[int, int]]:
    """Return how many leads and investors have each tag."""
    return {row.name: (row.leads, row.investors) for row in door.tags.list()}


def problems(error: Refused) -> list[str]:
    """Return the codes of a refusal."""
    return [flaw.code for flaw in error.problems]


def test_spellings_are_one_tag(world: World) -> None:
    """Width, case and variants of characters do not count; the first spelling is shown, on leads and on investors."""
    lead = LeadFactory.create(world=world)
    world.tokyo.leads.tag(lead, ["ＫＥＹ 客户", "key客戶", "周会"])
    world.tokyo.investors.tag(lead.investor_id, ["Key-客户"])
    assert tags(world.viewer, lead) == ("周会", "ＫＥＹ 客户")
    assert tags(world.viewer, lead.investor) == ("ＫＥＹ 客户",)
    assert counts(world.viewer) == {"ＫＥＹ 客户": (1, 1), "周会": (1, 0)}
    assert world.manager.audit.verify() == ()


def test_one_act_is_one_change_of_the_record(world: World) -> None:
    """What is put on and taken off is signed with one version of the record; a repetition changes nothing."""
    lead = LeadFactory.create(world=world)
    world.tokyo.leads.tag(lead, ["甲", "乙"])
    before = lead.version
    world.tokyo.leads.tag(lead, ["乙", "丙"], remove=["甲"])
    assert lead.version == before + 1
    assert tags(world.tokyo, lead) == ("丙", "乙")
    world.tokyo.leads.tag(lead, ["丙"])
    assert lead.version == before + 1
    entries = select(AuditEntry.record).where(AuditEntry.verb == "lead.tag").order_by(AuditEntry.id)
    assert world.session.scalars(entries).all() == [*_ACT, "tag", "tagging", "lead", "tagging"]
    world.tokyo.leads.tag(lead, ["甲"])
    assert tags(world.tokyo, lead) == ("丙", "乙", "甲")
    with pytest.raises(StaleRecord):
        world.tokyo.leads.tag(lead, ["丁"], version=before)
    assert world.manager.audit.verify() == ()


_ACT = ["tag", "tag", "tagging", "tagging", "lead"]


def test_everything_wrong_is_named(world: World) -> None:
    """Words that are no tags, several in one, too long, on and off at once, none at all, not there, too many."""
    lead = LeadFactory.create(world=world)
    with pytest.raises(InvalidInput) as caught:
        world.tokyo.leads.tag(lead, ["—", "a,b", "x" * 41, 5], remove=["周会", ""])  # type: ignore[list-item]
    assert problems(caught.value) == ["tag", "several", "too_long", "type", "empty"]
    with pytest.raises(InvalidInput) as caught:
        world.tokyo.leads.tag(lead, "周会")
    assert problems(caught.value) == ["type"]
    with pytest.raises(InvalidInput) as caught:
        world.tokyo.leads.tag(lead, ["周会"], remove=["周会"])
    assert problems(caught.value) == ["both"]
    with pytest.raises(InvalidInput) as caught:
        world.tokyo.leads.tag(lead)
    assert problems(caught.value) == ["empty"]
    world.tokyo.leads.tag(lead, [f"t{number}" for number in range(MOST)])
    with pytest.raises(InvalidInput) as caught:
        world.tokyo.leads.tag(lead, ["u"], remove=["周会"])
    assert problems(caught.value) == ["not_found", "many"]
    assert "t0, t1" in str(caught.value)
    world.tokyo.leads.tag(lead, ["u"], remove=["t0"])


def test_who_may(world: World) -> None:
    """Whoever may edit the record; only a manager renames and merges. An archived investor takes none."""
    lead = LeadFactory.create(world=world)
    gone = InvestorFactory.create(world=world)
    world.manager.investors.archive(gone, reason="r")
    for refused in (
        lambda: world.viewer.leads.tag(lead, ["a"]),
        lambda: world.frankfurt.leads.tag(lead, ["a"]),
        lambda: world.viewer.investors.tag(lead.investor_id, ["a"]),
        lambda: world.tokyo.tags.rename("a", "b"),
        lambda: world.tokyo.tags.merge("a", "b"),
        lambda: world.tokyo.tags.split("a"),
    ):
        with pytest.raises(AccessDenied):
            refused()
    with pytest.raises(Archived):
        world.tokyo.investors.tag(gone, ["a"])


def test_lists_and_the_board_are_narrowed_by_tags(world: World) -> None:
    """Several: those that have all of them; a word that nothing has is refused, and so is what is no tag."""
    one, two, other = (LeadFactory.create(world=world) for _ in range(3))
    world.tokyo.leads.tag(one, ["周会", "重点"])
    world.tokyo.leads.tag(two, ["周会"])
    world.tokyo.leads.tag(other, ["旧"])
    world.tokyo.leads.tag(other, remove=["旧"])
    found = [{row.id for row in world.viewer.leads.list(tag=wanted)} for wanted in (["周会"], ["周会", "重点"], [])]
    assert found == [{one.id, two.id}, {one.id}, {one.id, two.id, other.id}]
    assert sum(column.count for column in world.viewer.leads.board(tag=["周会"])) == 2
    assert world.viewer.leads.stale(tag=["周会"]) == ()
    with pytest.raises(InvalidInput) as caught:
        world.viewer.leads.list(tag=["没有", "—"], status="?")
    assert problems(caught.value) == ["choice", "tag"]
    with pytest.raises(InvalidInput) as caught:
        world.viewer.leads.list(tag=["没有", "旧"])
    assert problems(caught.value) == ["not_found", "not_found"]


def test_a_hidden_lead_shows_none_and_counts_for_none(world: World) -> None:
    """Its tags are in no list of others, in no count, found by no filter, and its words are not known to them."""
    lead = LeadFactory.create(world=world, confidential=True, code_name="Falcon")
    public = LeadFactory.create(world=world)
    world.tokyo.leads.tag(lead, ["猎鹰", "周会"])
    world.tokyo.leads.tag(public, ["周会"])
    assert counts(world.frankfurt) == {"周会": (1, 0)}
    assert counts(world.tokyo) == counts(world.manager) == {"周会": (2, 0), "猎鹰": (1, 0)}
    assert {row.id: row.tags for row in world.frankfurt.leads.list()} == {lead.id: (), public.id: ("周会",)}
    assert [row.id for row in world.frankfurt.leads.list(tag=["周会"])] == [public.id]
    for word in ("猎鹰", "没有"):
        with pytest.raises(InvalidInput, match=f'Nothing has the tag "{word}"'):
            world.frankfurt.leads.list(tag=[word])


def test_a_tag_is_renamed(world: World) -> None:
    """Whatever has it keeps it; the name of another tag is refused, its own in another spelling is not."""
    lead = LeadFactory.create(world=world)
    world.tokyo.leads.tag(lead, ["周会", "2024"])
    world.manager.tags.rename("周会", "周例会")
    assert tags(world.tokyo, lead) == ("2024", "周例会")
    with pytest.raises(Conflict):
        world.manager.tags.rename("2024", "周 例会")
    assert world.manager.tags.rename("周例会", "周-例会").name == "周-例会"
    with pytest.raises(NotFound):
        world.manager.tags.rename("周会", "x")
    with pytest.raises(InvalidInput):
        world.manager.tags.rename("—", "x")
    assert world.manager.audit.verify() == ()


def test_tags_are_merged_and_split(world: World) -> None:
    """What has the one has the other, each once; what was merged before follows; a split brings all back."""
    one, two = LeadFactory.create(world=world), LeadFactory.create(world=world)
    world.tokyo.leads.tag(one, ["甲", "乙"])
    world.tokyo.leads.tag(two, ["丙"])
    world.manager.tags.merge("丙", "甲")
    kept = world.manager.tags.merge("甲", "乙", reason="同义")
    assert (kept.name, tags(world.tokyo, one), tags(world.tokyo, two)) == ("乙", ("乙",), ("乙",))
    assert counts(world.tokyo) == {"乙": (2, 0)}
    assert [row.merged for row in world.manager.tags.list()] == [("丙", "甲")]
    assert [row.merged for row in world.tokyo.tags.list()] == [()]
    assert {row.id for row in world.tokyo.leads.list(tag=["甲"])} == {one.id, two.id}
    assert len(world.tokyo.leads.list(tag=["甲", "丙"])) == 2
    before = two.version
    world.tokyo.leads.tag(two, ["甲", "丙"])
    assert two.version == before
    world.tokyo.leads.tag(one, remove=["甲"])
    assert tags(world.tokyo, one) == ()
    world.manager.tags.split("丙")
    assert tags(world.tokyo, two) == ("丙",)
    with pytest.raises(Conflict):
        world.manager.tags.merge("甲", "丙")
    with pytest.raises(Conflict):
        world.manager.tags.rename("甲", "x")
    with pytest.raises(Conflict):
        world.manager.tags.split("乙")
    with pytest.raises(InvalidInput):
        world.manager.tags.merge("乙", "乙")
    assert world.manager.audit.verify() == ()


def test_a_tag_is_named_by_record_number_uid_or_name(world: World) -> None:
    """A text is a name, also one of digits."""
    world.tokyo.leads.tag(LeadFactory.create(world=world), ["1"])
    tag = world.session.scalars(select(Tag)).one()
    refs: tuple[TagRef, ...] = (tag, tag.id, tag.uid, "1")
    for ref in refs:
        assert world.manager.tags.rename(ref, "1") is tag
    for number in (True, -1, 2**70, 99):
        with pytest.raises(NotFound):
            world.manager.tags.rename(number, "x")


def test_a_merge_of_investors_unites_their_tags(world: World) -> None:
    """Also one that the survivor had once; undoing it gives each its own again."""
    one, two = world.tokyo.investors.add("甲方", country="JP"), world.tokyo.investors.add("乙方", country="JP")
    world.tokyo.investors.tag(one, ["周会", "老"])
    world.tokyo.investors.tag(one, remove=["老"])
    world.tokyo.investors.tag(two, ["周会", "老", "新"])
    merge = world.manager.merges.merge(one, two, reason="r")
    assert tags(world.tokyo, one) == ("周会", "新", "老")
    assert counts(world.tokyo) == {"周会": (0, 1), "新": (0, 1), "老": (0, 1)}
    world.manager.merges.undo(merge, reason="r")
    assert (tags(world.tokyo, one), tags(world.tokyo, two)) == (("周会",), ("周会", "新", "老"))
    assert world.manager.audit.verify() == ()


def test_a_new_record_has_its_tags_at_once(world: World) -> None:
    """As one act, signed; a call that is repeated with other tags is another one; what is no tag is named with the rest."""
    company = world.tokyo.investors.add("标签商事", country="JP", tags=["ＶＩＰ", "vip", "重点"])
    uid = company.uid
    lead = world.tokyo.leads.open(company, title="工厂", tags=["vip", "周会"], uid=uid)
    assert (tags(world.viewer, company), tags(world.viewer, lead)) == (("重点", "ＶＩＰ"), ("周会", "ＶＩＰ"))
    assert (company.version, lead.version) == (1, 1)
    assert world.tokyo.leads.open(company, title="工厂", tags=["周会", "ＶＩＰ"], uid=uid) is lead
    with pytest.raises(Conflict):
        world.tokyo.leads.open(company, title="工厂", tags=["周会"], uid=uid)
    with pytest.raises(InvalidInput) as caught:
        world.tokyo.leads.open(company, title="", tags=["—", *(f"t{number}" for number in range(MOST + 1))])
    assert {"tag", "empty"} <= set(problems(caught.value))
    with pytest.raises(InvalidInput) as caught:
        world.tokyo.investors.add("又一商事", country="JP", tags=[f"t{number}" for number in range(MOST + 1)])
    assert problems(caught.value) == ["many"]
    assert world.manager.audit.verify() == ()
