"""Investors are found by their names: in four scripts, in any legal form, through an index, on both databases alike."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.orm import Session

from crm.errors import Ambiguous, InvalidInput, LikelyDuplicate, NotFound
from crm.models import Investor, InvestorName
from crm.models.base import new_uid
from crm.models.derived import derived
from crm.rules.investors.likeness import compare, features
from crm.upgrading.reindexing import unindexed
from crm.values.naming.spelling import spell
from tests.factories import InvestorFactory, LeadFactory, World
from tests.services.refusals import NO_TEXT, refused
from tests.statements import plans
from tests.tiers import examples


def found(world: World, text: str, **more: Any) -> list[str]:
    """Return the names of the investors found, in order."""
    return [row.name for row in world.viewer.investors.find(text, **more)]


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("华润雪花啤酒有限公司", ["华润", "雪花", "啤酒", "花啤", "華潤", "雪花啤酒", "有限", "公司", "司"]),
        ("丸紅株式会社", ["丸红", "丸紅", "紅株", "株式", "㈱丸紅", "(株)丸红", "丸紅 株式会社", "丸", "紅"]),
        ("カワサキ重工㈱", ["カワ", "サキ", "ｶﾜ", "重工", "カワサキ重工株式会社", "株"]),
        ("주식회사 한화", ["한화", "한화㈜", "주식"]),
        ("Beispiel Müller GmbH & Co. KG", ["beisp", "MÜLL", "müller b", "b m", "gmbh", "beispielmüller", "m"]),
        ("济南高新发展", ["高新", "南高", "济南", "新发展", "高新发展有限公司"]),
        ("3M中国", ["3m", "中国", "3m中国", "中"]),
        ("C++", ["c++", "c"]),
        ("№1 Harbour", ["harb", "no1"]),
    ],
)
def test_any_two_characters_and_any_beginning_of_a_word_find_a_name(world: World, name: str, texts: list[str]) -> None:
    """Whatever width, case, variant of a character or legal form is typed."""
    world.tokyo.investors.add(name, country="CN")
    for noise in ("青岛海信", "Noise Trading AG"):
        world.tokyo.investors.add(noise, country="CN")
    assert {text: name in found(world, text) for text in texts} == dict.fromkeys(texts, True)


@pytest.mark.parametrize("text", ["海丸", "红海", "arub", "marubeni zz", "x", "++", "海 红"])
def test_what_is_not_in_a_name_finds_nothing(world: World, text: str) -> None:
    """Characters that are no neighbours, the inside of a word, a word too many."""
    world.tokyo.investors.add("丸红上海", country="CN", aliases=["Marubeni Shanghai"])
    assert found(world, text) == []


def test_equal_names_come_first_then_beginnings_then_the_rest(world: World) -> None:
    """Within these the typed legal form, then shorter names, then older records; archived ones do not come."""
    for name in ("北海雪花啤酒", "雪花啤酒集团", "雪花啤酒", "新雪花啤酒", "雪花啤酒股份有限公司", "雪花啤酒山东"):
        world.tokyo.investors.add(name, country="CN", distinct="all different")
    equal = ["雪花啤酒", "雪花啤酒股份有限公司"]
    rest = ["雪花啤酒集团", "雪花啤酒山东", "新雪花啤酒", "北海雪花啤酒"]
    assert found(world, "雪花啤酒") == [*equal, *rest]
    assert found(world, "雪花啤酒", limit=3) == [*equal, rest[0]]
    world.manager.investors.archive("新雪花啤酒", reason="gone")
    assert found(world, "雪花") == [*equal, *rest[:2], rest[3]]


def test_the_name_that_fits_best_is_told_where_it_is_not_the_one_shown(world: World) -> None:
    """Each investor comes once, however many of its names fit."""
    world.tokyo.investors.add("丸紅株式会社", country="JP", aliases=["Marubeni Corporation", "Marubeni", "丸红"])
    (row,) = world.viewer.investors.find("marubeni")
    assert (row.name, row.matching) == ("丸紅株式会社", "Marubeni Corporation")
    assert world.viewer.investors.find("丸红")[0].matching is None
    assert [investor.matching for investor in world.viewer.investors.list()] == [None]


def test_a_name_in_another_legal_form_is_another_name(world: World) -> None:
    """It is let in and suggested; a name without a form, or in the same one, is the same name."""
    first = world.tokyo.investors.add("Beispiel AG", country="DE")
    second = world.tokyo.investors.add("Beispiel GmbH", country="DE")
    for name in ("BEISPIEL", "Beispiel Aktiengesellschaft", "Beispiel Company"):
        with refused(world, LikelyDuplicate, "known"):
            world.tokyo.investors.add(name, country="DE")
    assert world.viewer.investors.get("Beispiel AG") is first
    assert world.viewer.investors.get("beispiel gmbh") is second
    with refused(world, Ambiguous, "ambiguous"):
        world.viewer.investors.get("Beispiel")
    with refused(world, NotFound, "not_found"):
        world.viewer.investors.get("Beispiel SE")
    assert found(world, "Beispiel SE") == ["Beispiel AG", "Beispiel GmbH"]
    assert [(row.id, row.reason, row.score) for row in world.viewer.investors.likely("Beispiel AG")] == [
        (first.id, "key", 100),
        (second.id, "form", 98),
    ]
    assert [(row.one, row.other, row.reason) for row in world.viewer.investors.duplicates()] == [
        (first.id, second.id, "form")
    ]
    assert world.viewer.investors.duplicates(reason="key") == ()
    assert world.viewer.investors.duplicates(min_score=99) == ()
    assert len(world.viewer.investors.duplicates(reason="form")) == 1


@pytest.mark.parametrize("name", ["丸紅㈱", "(株)丸紅", "株式会社　丸红", "丸红"])
def test_one_legal_form_in_another_spelling_is_the_same_name(world: World, name: str) -> None:
    """And refused, until somebody says why they are two."""
    world.tokyo.investors.add("丸紅株式会社", country="JP")
    with refused(world, LikelyDuplicate, "known"):
        world.tokyo.investors.add(name, country="JP")


def test_a_place_is_part_of_a_name(world: World) -> None:
    """With it and without it are two companies that find each other."""
    plain = world.tokyo.investors.add("高新发展", country="CN")
    placed = world.tokyo.investors.add("济南高新发展有限公司", country="CN")
    assert found(world, "高新发展") == ["高新发展", "济南高新发展有限公司"]
    assert [row.id for row in world.viewer.investors.likely("济南高新发展")] == [placed.id, plain.id]
    assert world.session.scalars(select(InvestorName.place).order_by(InvestorName.id)).all() == [None, "济南"]


@pytest.mark.one_moment
def test_what_is_derived_follows_every_verb(world: World) -> None:
    """Add, alias, edit and merge leave names that are found; none of it is in the audit, and all of it is verified."""
    one = world.tokyo.investors.add("丸紅株式会社", country="JP")
    two = world.tokyo.investors.add("伊藤忠商事", country="JP", aliases=["Itochu Corporation"])
    world.tokyo.investors.alias(one, "Marubeni Corporation")
    world.tokyo.investors.edit(one, name="新丸紅㈱")
    world.manager.merges.merge(one, two, reason="one")
    for text in ("丸紅", "marub", "新丸", "伊藤", "itoc"):
        assert found(world, text) == ["新丸紅㈱"]
    assert not {"key", "form", "place", "tokens"} & {key for row in world.admin.audit.list() for key in row.changes}
    assert world.admin.audit.verify() == ()
    name: Any = InvestorName.__table__
    world.session.connection().execute(update(name).where(name.c.investor_id == one.id).values(key="other"))
    assert {(discrepancy.record, discrepancy.field) for discrepancy in world.admin.audit.verify()} == {
        ("investor_name", "key")
    }


def test_a_lead_is_found_by_its_investor(world: World) -> None:
    """A lead is found by the names of its investor, with the same rules."""
    lead = LeadFactory.create(
        world=world, investor=InvestorFactory.create(world=world, name="三井物産株式会社"), title="冷链"
    )
    for text in ("三井", "物产", "三井物產㈱", "冷链"):
        assert world.manager.leads.get(text) is lead
        assert [row.id for row in world.manager.leads.list(text=text)] == [lead.id]
    assert world.manager.leads.list(text="井三") == ()


@pytest.mark.parametrize(("value", "code"), NO_TEXT)
def test_what_is_looked_for_has_to_be_a_text(world: World, value: Any, code: str) -> None:
    """And what has no letter finds nothing."""
    with refused(world, InvalidInput, code):
        world.viewer.investors.find(value)
    assert found(world, "・-_") == []
    assert found(world, "'\"*():^\\%_;--") == []


# -- through an index ---------------------------------------------------------------------------------------------------


def fill(connection: Connection, count: int) -> None:
    """Put so many investors past the services."""
    names = [
        f"{chr(0x4E00 + at * 7 % 5000)}{chr(0x5E00 + at * 13 % 4000)}{'雪花' * (at % 1499 == 7)}贸易 Harbour{at:05} Ltd"
        for at in range(count)
    ]
    first = (connection.scalar(select(func.max(Investor.id))) or 0) + 1
    with unindexed(connection):
        connection.execute(
            insert(Investor),
            [
                {"id": first + at, "uid": new_uid(), "name": name, "country": "CN", "kind": "enterprise",
                 "created_at": datetime(2023, 2, 6, tzinfo=UTC), "version": 1}
                for at, name in enumerate(names)
            ],
        )  # fmt: skip
        connection.execute(
            insert(InvestorName),
            [
                {"id": 1_000_000 + at, "uid": new_uid(), "investor_id": first + at, "text": name, "language": "zh",
                 "kind": "legal", **derived(InvestorName, {"text": name})}
                for at, name in enumerate(names)
            ],
        )  # fmt: skip
    connection.exec_driver_sql("ANALYZE")


def test_no_search_scans_a_table(session: Session) -> None:
    """Every table is reached through an index, by whatever is typed; of the search's own index a part is read."""
    world = World(session)
    fill(session.connection(), 3_000)
    if session.get_bind().dialect.name == "postgresql":
        # It would rather read through so few rows; with this it does so only where no index helps.
        session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
    doors = world.viewer.investors
    index = r"ix_crm_investor_name_search|SCAN crm_name_search VIRTUAL TABLE INDEX"
    scan = r"Seq Scan on crm_investor\w*|SCAN crm_investor\w*"
    for text in ("雪花", "雪花贸易有限公司", "harbour00012", "harb 雪花", "雪"):
        plan = "\n".join(plans(session, partial(doors.find, text)))
        assert re.search(index, plan), plan
        assert not re.findall(scan, plan), plan
        # A walk along the primary key, or a merge with it, would end late where what fits is late.
        walks = re.findall(r"Index Scan using pk_crm_investor\w*(?=.*\n(?! *Index Cond))", plan)
        assert not walks, plan
    plan = "\n".join(plans(session, lambda: doors.get("harbour00012")))
    assert re.search(index, plan), plan
    assert not re.findall(scan, plan), plan
    for text in ("雪花贸易有限公司", "Harbuor00012", "harbour 雪花贸易"):
        plan = "\n".join(plans(session, partial(doors.likely, text, country="CN")))
        assert re.search(index, plan), plan
        assert not re.findall(scan, plan), plan


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Ziemens Turbine", "Siemens Turbine"), ("Marubeni", "Mraubeni"), ("Marubeni", "Marubnei"),
        ("Beispielwerk GmbH", "Biespielwerk"), ("Pacific Steel Harbour", "Steel Pacific Harbour"),
        ("SiemensEnergi China", "Siemens Energi"), ("Siemens Energi China", "SiemensEnergi"),
        ("济南雪花啤酒发展有限公司", "雪花啤酒发展"), ("雪花啤酒", "青岛雪花啤酒集团"),
        ("华润雪花啤酒饮品", "华闰雪花啤酒饮品"), ("Harbour Industry", "Harbour Industries"),
    ],
)  # fmt: skip
def test_what_is_near_is_found_through_the_index(world: World, stored: str, typed: str) -> None:
    """A slip at the beginning, at the end, words in another order, written together, with a place and without."""
    world.tokyo.investors.add("Noise Trading", country="CN")
    one = world.tokyo.investors.add(stored, country="CN")
    spelled = [features(name_text, spell(name_text).key, spell(name_text).form) for name_text in (stored, typed)]
    expected = compare(*spelled)
    assert expected is not None
    assert [(row.id, row.score) for row in world.viewer.investors.likely(typed)] == [(one.id, expected.score)]


# -- whatever the name -------------------------------------------------------------------------------------------------

#: Letters that stay what they are, and what stands between them.
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=6)
SYLLABLES = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=2, max_size=4)
KANA = st.text("アイウエオかきくけこ", min_size=2, max_size=5)
LATIN = st.text("abcdexyzäßé", min_size=1, max_size=7)
ANY = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=30)
FIXED = st.sampled_from(["株式会社", "有限公司", "(株)", "Co., Ltd.", "济南", "AG"])
NAMES = st.lists(HAN | SYLLABLES | KANA | LATIN | FIXED, min_size=1, max_size=4)


@examples(25)
@given(parts=NAMES, noise=ANY, data=st.data())
def test_a_name_finds_itself(engine: Engine, parts: list[str], noise: str, data: st.DataObject) -> None:
    """By any two neighbouring characters of it, by the beginning of any of its words, by all of it; no text breaks the search."""
    name = " ".join(parts)
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            world = World(session)
            number = world.tokyo.investors.add(name, country="CN").id
            part = data.draw(st.sampled_from(parts))
            if part[0] >= "\u1100":
                at = data.draw(st.integers(0, len(part) - 2))
                text = part[at : at + 2]
            else:
                text = part[: data.draw(st.integers(1, len(part)))]
            for written in (text, name):
                assert number in {row.id for row in world.viewer.investors.find(written)}, written
            try:
                world.tokyo.investors.add(noise, country="CN", distinct="any text")
            except InvalidInput:
                pass
            else:
                assert noise.strip() in {one for row in world.viewer.investors.find(noise) for one in row.names}
            assert world.admin.audit.verify() == ()
        transaction.rollback()


@pytest.mark.parametrize(
    ("kept", "typed"),
    [("渋谷示例商事", "涩谷示例商事"), ("鉱業示例", "礦業示例"), ("本郷示例", "本乡示例"), ("横浜示例", "橫濱示例")],
)
def test_the_forms_of_a_character_are_one_wherever_names_are_compared(world: World, kept: str, typed: str) -> None:
    """Found, likely, refused as another, and with another legal form listed as duplicates."""
    investor = InvestorFactory.create(world=world, name=f"{kept}株式会社")
    again = f"{typed}株式会社"
    assert [row.id for row in world.viewer.investors.find(typed)] == [investor.id]
    assert [(row.id, row.reason) for row in world.viewer.investors.likely(again)] == [(investor.id, "key")]
    with refused(world, LikelyDuplicate, "known"):
        world.manager.investors.add(again, country="JP")
    other = world.manager.investors.add(f"{typed}有限公司", country="JP")
    assert [{row.one, row.other} for row in world.viewer.investors.duplicates()] == [{investor.id, other.id}]
