"""The loaded demo is the case."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from crm import CRM
from crm.demo import HERO, TODAY, story
from crm.demo.marks import is_marked, uid
from crm.errors import AccessDenied, Conflict

pytestmark = [pytest.mark.portable, pytest.mark.whole]

#: Every organisation the report names: key, a part of its Chinese name, a part of a name in Latin letters.
ORGANISATIONS = [
    ("kion", "凯傲", "KION"),
    ("skf", "斯凯孚", "SKF"),
    ("sumitomo", "住友商事", "Sumitomo Corporation"),
    ("marubeni", "丸红", "Marubeni"),
    ("mitsui", "三井物产", "Mitsui & Co."),
    ("itochu", "伊藤忠商事", "Itochu"),
    ("bayern-auto", "巴伐利亚汽车", "Bavarian automotive cluster"),
    ("medical-valley", "医疗谷", "Medical Valley"),
    ("hidden-champions", "隐形冠军", "hidden champions"),
    ("bayern-china", "巴伐利亚中国中心", "Bavaria China Centre"),
    ("ihk-frankfurt", "法兰克福工商会", "IHK Frankfurt"),
    ("colliers", "高力资本", "Colliers"),
    ("snow", "华润雪花啤酒", "China Resources Snow Breweries"),
    ("hktdc", "香港贸发局", "HKTDC"),
    ("lugang", "鲁港驿站", "Lugang"),
    ("tongxianghui", "香港济南同乡会", "Jinan association in Hong Kong"),
    ("hispeed", "山东高速", "Shandong Hi-Speed"),
]


@pytest.mark.whole
@pytest.mark.parametrize(("key", "chinese", "latin"), ORGANISATIONS)
def test_every_organisation_is_found_by_chinese_and_by_latin_name(crm: CRM, key: str, chinese: str, latin: str) -> None:
    """Whatever script a desk types, the same one record comes back."""
    for text in (chinese, latin):
        assert [row.uid for row in crm.investors.find(text)] == [uid("investor", key)]


def test_names_stand_in_four_scripts(crm: CRM) -> None:
    """Chinese, Japanese, Korean and Latin names are on record."""
    names = "".join(name for row in crm.investors.list() for name in row.names)
    for sample in ("凯傲", "ファンド", "예시", "für" if "für" in names else "Nürnberg"):
        assert sample in names


def test_contacts_are_offices_and_marked(crm: CRM) -> None:
    """No contact is a person, and each says that it is invented."""
    contacts = [contact for row in crm.investors.list() for contact in crm.contacts.list(row.id)]
    assert contacts
    assert all(is_marked(contact.name) for contact in contacts)


class TestStations:
    """The stations stand where the report has them."""

    @pytest.mark.parametrize(
        ("code", "status"),
        [
            ("tokyo", "operating"),
            ("frankfurt", "planned"),
            ("hongkong", "planned"),
            ("korea", "exploring"),
            ("singapore", "exploring"),
            ("suzhou", "operating"),
            ("hangzhou", "planned"),
        ],
    )
    def test_status(self, crm: CRM, code: str, status: str) -> None:
        """The status is that of the last entry of a dated history."""
        card = crm.stations.show(code)
        assert (card.row.status, card.history[-1].status) == (status, status)

    def test_the_tokyo_plaque_is_unveiled_on_the_trip(self, crm: CRM) -> None:
        """The station operates from a day of the delegation."""
        last = crm.stations.show("tokyo").history[-1]
        assert date(2023, 2, 6) <= last.since <= date(2023, 2, 11)

    def test_names_of_the_stations_at_home(self, crm: CRM) -> None:
        """They are called as the report calls them."""
        assert crm.stations.get("suzhou").name == "苏济经济合作联络站"
        assert crm.stations.get("hangzhou").name == "浙鲁经济合作联络站"


class TestTrips:
    """The three delegations of 6 February 2023, their plan against what was done."""

    def test_all_three_leave_on_the_same_day(self, crm: CRM) -> None:
        """They are led by a vice mayor, a first person and a deputy."""
        trips = {row.code: (row.starts_on, row.rank) for row in crm.trips.list()}
        day = date(2023, 2, 6)
        assert trips == {
            "japan-2023-02": (day, "city"),
            "germany-2023-02": (day, "first"),
            "hongkong-2023-02": (day, "deputy"),
        }

    def test_japan_visits_eleven_organisations(self, crm: CRM) -> None:
        """Four of the great trading houses are among them; the seven the report does not name are marked."""
        card = crm.trips.show("japan-2023-02")
        assert len(card.visits) == 11
        unnamed = [visit.investor for visit in card.visits if is_marked(visit.investor)]
        assert len(unnamed) == 7
        houses = {crm.investors.get(name).id for name in ("丸红", "三井物产", "住友商事", "伊藤忠商事")}
        assert houses <= {visit.investor_id for visit in card.visits}
        assert card.row.leader == "副市长"

    @pytest.mark.parametrize(
        ("code", "names"),
        [
            ("japan-2023-02", ["丸红", "三井物产", "住友商事", "伊藤忠商事"]),
            ("germany-2023-02", ["巴伐利亚汽车", "医疗谷", "隐形冠军", "巴伐利亚中国中心", "IHK Frankfurt"]),
            ("hongkong-2023-02", ["高力资本", "华润雪花啤酒", "HKTDC", "鲁港驿站", "香港济南同乡会"]),
        ],
    )
    def test_every_organisation_of_the_report_was_visited(self, crm: CRM, code: str, names: list[str]) -> None:
        """Each planned visit to one is ticked off by a meeting with minutes."""
        states = {visit.investor_id: (visit.state, visit.meeting_id) for visit in crm.trips.show(code).visits}
        for name in names:
            state, meeting = states[crm.investors.get(name).id]
            assert state == "done"
            assert meeting is not None
            assert crm.meetings.show(meeting).row.contacts

    def test_the_plaque_of_the_incubation_base_was_unveiled_in_japan(self, crm: CRM) -> None:
        """It is a ceremony beside the eleven visits."""
        (ceremony,) = crm.trips.show("japan-2023-02").unplanned
        assert ceremony.investor == "山东高速集团"
        assert "揭牌" in ceremony.summary

    def test_legs_lie_in_their_own_zones(self, crm: CRM) -> None:
        """Every stay has the zone of its place."""
        zones = {row.code: {leg.zone for leg in crm.trips.show(row.id).legs} for row in crm.trips.list()}
        assert zones == {
            "japan-2023-02": {"Asia/Tokyo"},
            "germany-2023-02": {"Europe/Berlin"},
            "hongkong-2023-02": {"Asia/Hong_Kong"},
        }

    def test_one_visit_is_still_to_be_made_good_and_one_was_cancelled(self, crm: CRM) -> None:
        """The plan shows what was not done, and why."""
        left = [
            (visit.state, visit.reason)
            for row in crm.trips.list()
            for visit in crm.trips.show(row.id).visits
            if visit.state != "done"
        ]
        assert sorted(state for state, _ in left) == ["cancelled", "planned"]
        assert all(reason for state, reason in left if state == "cancelled")


class TestLeads:
    """Leads stand where the report has them."""

    @pytest.mark.parametrize(
        ("key", "stage"),
        [
            ("kion", "landed"),
            ("skf", "landed"),
            ("sumitomo-1", "implementing"),
            ("colliers", "landed"),
            ("snow", "landed"),
            ("marubeni", "signed"),
            ("mitsui", "negotiating"),
            ("itochu", "negotiating"),
            ("sumitomo-2", "negotiating"),
        ],
    )
    def test_stage(self, crm: CRM, key: str, stage: str) -> None:
        """Those of 2022 had landed or were funded; the trading houses were moved forward."""
        assert crm.leads.get(uid("lead", key)).stage == stage

    @pytest.mark.parametrize("key", ["kion", "skf", "sumitomo-1"])
    def test_landed_or_funded_in_2022(self, crm: CRM, key: str) -> None:
        """The last move lies in the year of the report's results, and verified money stands behind it."""
        assert crm.leads.history(uid("lead", key))[-1].occurred_on.year == 2022
        assert any(row.state == "confirmed" for row in crm.capital.list(uid("lead", key)))

    @pytest.mark.parametrize("key", ["marubeni", "itochu", "mitsui", "sumitomo-2"])
    def test_the_delegation_met_each_trading_house_about_its_lead(self, crm: CRM, key: str) -> None:
        """A meeting of the trip is on the lead, with both sides named."""
        card = crm.leads.show(uid("lead", key))
        met = [row for row in card.meetings if date(2023, 2, 6) <= row.at.local.date() <= date(2023, 2, 11)]
        assert len(met) == 1
        assert met[0].contacts
        assert met[0].staff

    def test_partners_of_hong_kong_brought_others(self, crm: CRM) -> None:
        """Their referrals are the source of new leads."""
        for key, partner in (("hk-fund", "colliers"), ("hk-pack", "snow")):
            lead = crm.leads.get(uid("lead", key))
            assert lead.source_investor_id == crm.investors.get(uid("investor", partner)).id

    def test_every_stage_and_most_statuses_are_there(self, crm: CRM) -> None:
        """A board of the demo has nothing empty."""
        rows = crm.leads.list()
        assert {row.stage for row in rows} == {stage.code for stage in crm.policy.stages}
        assert {row.status for row in rows} >= {"active", "on_hold", "lost", "abandoned"}
        assert any(row.cycle == 2 for row in rows)

    def test_one_lead_shows_to_others_as_its_code_name(self, demo: Session) -> None:
        """An ambassador of another station sees only the code name."""
        rows = CRM(demo, actor="tokyo.desk").leads.list()
        (masked,) = [row for row in rows if row.masked]
        assert "青松" in masked.title
        assert masked.investor is None or "储能" not in masked.investor
        with pytest.raises(AccessDenied):
            CRM(demo, actor="tokyo.desk").leads.show(masked.id)


class TestHero:
    """One lead went from contact to landed, step by step."""

    def test_it_entered_all_six_stages_one_after_the_other(self, crm: CRM) -> None:
        """No stage was skipped, and the days grow."""
        history = crm.leads.history(uid("lead", HERO))
        assert [row.to_stage for row in history] == [stage.code for stage in crm.policy.stages]
        days = [row.occurred_on for row in history]
        assert days == sorted(set(days))
        assert all(row.reason is None for row in history)

    def test_every_gate_is_met(self, crm: CRM) -> None:
        """Nothing is missing for any stage."""
        lead = crm.leads.get(uid("lead", HERO))
        assert crm.leads.missing(lead, "landed") == ()
        card = crm.leads.show(lead)
        assert card.enterprise is not None
        assert is_marked(card.enterprise.name)
        assert {row.kind for row in card.evidence} >= {"memorandum", "agreement", "operation_start"}
        assert any(len(row.contacts) and len(row.staff) for row in card.meetings)

    def test_whoever_checked_did_not_submit(self, crm: CRM) -> None:
        """The money and the start of operation were checked by other desks."""
        card = crm.leads.show(uid("lead", HERO))
        (arrival,) = card.arrivals
        assert (arrival.state, arrival.submitted_by) == ("confirmed", "zhangqiu.desk")
        assert arrival.verified_by != arrival.submitted_by
        start = next(row for row in card.evidence if row.kind == "operation_start")
        assert start.confirmed_by not in {None, start.submitted_by}

    def test_it_does_not_count_a_second_verification(self, demo: Session) -> None:
        """What is verified stays so."""
        crm = CRM(demo, actor="bureau.verifier")
        (arrival,) = crm.capital.list(uid("lead", HERO))
        with pytest.raises((AccessDenied, Conflict)):
            crm.capital.verify(arrival.id)


class TestStory:
    """What the command prints, read at once."""

    def test_it_is_told_as_of_its_own_day(self, demo: Session) -> None:
        """The day of the story, not of the reader, decides what is due."""
        told = story(demo)
        assert told.today == TODAY
        assert [card.row.code for card in told.trips] == ["japan-2023-02", "germany-2023-02", "hongkong-2023-02"]
        assert [column.stage for column in told.board] == [
            "contact",
            "negotiating",
            "signed",
            "registered",
            "implementing",
            "landed",
        ]
        assert all(column.count for column in told.board)
        assert told.hero.row.stage == "landed"
        assert {card.row.code for card in told.stations} >= {"tokyo", "suzhou", "korea", "singapore"}

    def test_promises_are_done_overdue_and_due(self, demo: Session) -> None:
        """The demo has follow-ups that are done, overdue and due."""
        followups = story(demo).followups
        assert any(row.done_at for row in followups)
        assert any(row.overdue for row in followups)
        assert any(row.done_at is None and not row.overdue for row in followups)
