"""Loading the demo: once, twice, into an empty database and beside other people's data."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm import CRM
from crm.demo import HERO, load, read
from crm.demo.book import ADMIN, Book
from crm.demo.loader import play
from crm.demo.marks import uid
from crm.demo.timeline import FOUNDED, timeline
from crm.errors import AccessDenied, Conflict
from tests.demo.conftest import FirstLoad
from tests.services.refusals import rows

pytestmark = pytest.mark.portable


def test_the_first_load_founds_its_own_admin(first_load: FirstLoad, demo: Session) -> None:
    """In a database without staff the demo creates its admin."""
    loaded = first_load.loaded
    assert (loaded.changed, loaded.admin) == (True, "bureau.admin")
    assert CRM(demo, actor="bureau.admin").leads.get(loaded.hero).uid == uid("lead", HERO)


def test_a_second_load_adds_no_row_to_any_table(demo: Session) -> None:
    """Not even to the audit."""
    before = rows(demo)
    assert load(demo).changed is False
    assert rows(demo) == before
    # The year that it closes has no contract; classes of industry are a list that a bureau loads, and the demo invents none.
    # Entries are converted by an upgrade of a database that is older than keys; no day of a move was mistyped; tags and views are people's own.
    assert [name for name, count in before.items() if not count] == [
        "crm_binding",
        "crm_carried_over",
        "crm_closed_contract",
        "crm_converted_entry",
        "crm_import",
        "crm_import_row",
        "crm_industry",
        "crm_redate",
        "crm_saved_view",
        "crm_tag",
        "crm_tagging",
    ]


@pytest.mark.whole
def test_every_single_fact_can_be_repeated(demo: Session) -> None:
    """Played again from the first fact to the last, by uid and by what is on record, nothing is written."""
    before = rows(demo)
    book = Book(demo, FOUNDED)
    admin = book.front_door("bureau.admin")
    book.act_as(ADMIN, admin)
    book.put("staff", "bureau.admin", admin.staff.get("bureau.admin"))
    play(book, timeline(read()))
    assert rows(demo) == before


def test_a_second_load_leaves_alone_what_people_have_done_since(demo: Session) -> None:
    """The demo is theirs to play with."""
    crm = CRM(demo, actor="bureau.manager")
    crm.leads.lose(uid("lead", "mitsui"), reason="另选他处")
    crm.leads.edit(uid("lead", HERO), title="改过的名字")
    crm.trips.cancel_visit(("germany-2023-02", 6), reason="改为线上")
    before = rows(demo)
    assert load(demo).changed is False
    assert rows(demo) == before
    assert crm.leads.get(uid("lead", HERO)).title == "改过的名字"


def test_nothing_is_committed_by_the_load(first_load: FirstLoad) -> None:
    """The caller does."""
    assert first_load.commits == 0


@pytest.mark.whole  # the one above says it of the load that all tests here share
def test_it_never_commits(migrated_engine: Engine) -> None:
    """Rolled back by the caller, nothing is left of it."""
    with Session(migrated_engine) as session:
        before = rows(session)
        load(session)
        session.rollback()
    with Session(migrated_engine) as session:
        assert rows(session) == before


def test_the_audit_accounts_for_everything(demo: Session) -> None:
    """What is stored is what the entries say; the stations of every database came with its tables, without an entry."""
    wrong = CRM(demo, actor="bureau.admin").audit.verify()
    assert [
        discrepancy for discrepancy in wrong if (discrepancy.record, discrepancy.derived) != ("station", None)
    ] == []


def test_history_has_the_dates_of_the_facts(demo: Session) -> None:
    """Nothing is dated with the day of loading."""
    entries = CRM(demo, actor="bureau.admin").audit.list(limit=10_000)
    years = {entry.at.year for entry in entries}
    assert years == {2022, 2023}


def test_it_tells_how_far_it_is(first_load: FirstLoad) -> None:
    """The callback hears every fact, in order, with a text."""
    heard, facts = first_load.heard, first_load.loaded.facts
    assert [step for step, _, _ in heard] == list(range(1, facts + 1))
    assert all(total == facts and text for _, total, text in heard)


class TestBesideOtherData:
    """A database that others use already."""

    @pytest.fixture
    def host(self, session: Session) -> CRM:
        """The front door of an admin who exists before the demo."""
        CRM(session, actor=None).staff.found("boss", "局长办公室")
        return CRM(session, actor="boss")

    def test_without_a_name_it_is_refused(self, session: Session, host: CRM) -> None:
        """Without an actor the demo is refused in a database that has staff."""
        before = rows(session)
        with pytest.raises(AccessDenied, match="one of its admins"):
            load(session)
        assert rows(session) == before
        assert host.actor is not None

    @pytest.mark.whole
    def test_an_admin_loads_it_beside_their_own(self, session: Session, host: CRM) -> None:
        """The demo is loaded beside existing records, which stay unchanged."""
        own = host.investors.add("自有投资方", country="US")
        assert load(session, actor="boss").admin == "boss"
        assert host.investors.get("自有投资方") is own
        assert "bureau.admin" not in {row.username for row in host.staff.list()}
        before = rows(session)
        assert load(session, actor="boss").changed is False
        assert rows(session) == before

    def test_others_than_admins_are_refused(self, session: Session, host: CRM) -> None:
        """Units and staff are an admin's to add."""
        host.staff.add("clerk", "文员", role="manager", unit="bureau")
        before = rows(session)
        with pytest.raises(AccessDenied):
            load(session, actor="clerk")
        assert rows(session) == before

    def test_codes_and_names_in_use_are_all_named_and_nothing_is_half_done(self, session: Session, host: CRM) -> None:
        """One refusal says everything that stands in the way."""
        host.units.add("gaoxin", name="另一个高新区", name_en="Another", kind="zone")
        host.staff.add("tokyo.desk", "东京", role="ambassador", station="tokyo")
        host.stations.add("korea", name="韩国站", name_en="Korea", country="KR", zone="Asia/Seoul")
        host.investors.add("Marubeni", country="JP", aliases=["丸紅株式会社"])
        host.stations.set_status("frankfurt", "operating", since="2023-03-01")
        host.trips.plan(
            "japan-2023-02",
            title="另一个团",
            leader="局长",
            rank="first",
            starts="2023-02-01",
            ends="2023-02-03",
            late="补录",
        )
        before = rows(session)
        with pytest.raises(Conflict) as refusal:
            load(session, actor="boss")
        text = str(refusal.value)
        for taken in ("gaoxin", "tokyo.desk", "korea", "丸紅株式会社", "frankfurt", "japan-2023-02"):
            assert f'"{taken}"' in text
        assert len(refusal.value.problems) == 6
        assert rows(session) == before
