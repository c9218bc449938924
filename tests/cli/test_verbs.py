"""Every verb, as a day's work would type them: what is said, what is stored, and the keys of the JSON."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from crm.models.sealing import Sealing
from crm.reads.audit import rows as audit_rows
from crm.reads.investors import rows as investor_rows
from crm.reads.kernel.rows import BESIDE
from crm.reads.leads import rows as lead_rows
from crm.reads.ledgers import rows as ledger_rows
from crm.reads.meetings import rows as meeting_rows
from crm.reads.places import rows as place_rows
from crm.reads.trips import rows as trip_rows
from crm.rules.investors.contacts import ContactFields
from crm.rules.investors.fields import InvestorFields
from crm.rules.kernel.fields import listed, unlisted
from tests.cli.conftest import Terminal
from tests.cli.kit.test_help import VERBS

pytestmark = pytest.mark.portable

LICENCE = "91370100MA3C0000X3"


def keys(kind: type, *described: str) -> set[str]:
    """Return the keys that the JSON of a row has, with those of declared fields."""
    return {field.name for field in attrs.fields(kind) if field.metadata != BESIDE} | set(described)


def test_every_verb_is_tried() -> None:
    """A verb without a test in this folder fails here."""
    folder = Path(__file__).parent
    text = "".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    untried = [path for path in VERBS if '"' + '", "'.join(path) + '"' not in text]
    assert untried == []


def test_from_contact_to_landed(town: Terminal) -> None:
    """The whole pipeline, each gate met by its own verb, and a second person where one is asked for."""
    town.ok(
        "visit", "log", "丸红", "--contact", "田中", "--note", "会谈", "--at", "2023-02-08 14:00", "--as", "tokyo.desk"
    )
    moved = town.json("lead", "advance", "1", "--on", "2023-02-08")
    assert moved["stage"] == "negotiating"
    assert set(moved) == {"id", "title", "kind", "number", "uid", "stage", "status", "cycle", "version"}
    town.ok(
        "lead",
        "evidence",
        "1",
        "--kind",
        "agreement",
        "--dated",
        "2023-03-15",
        "--reference",
        "JN-17",
        "--amount",
        "2000万美元",
    )
    town.ok("lead", "advance", "1", "--to", "签约", "--on", "2023-03-15")
    town.ok("lead", "register", "1", "--name", "丸红氢能（济南）有限公司", "--credit-code", credit_code())
    town.ok("lead", "register", "1", "--licensed", "2023-05-01", "--filing", "鲁外资备1")
    assert town.json("lead", "missing", "1") == []
    town.ok("lead", "advance", "1", "--on", "2023-05-02")
    town.ok("capital", "record", "1", "5000000 USD", "--arrived", "2023-06-01", "--reference", "验资1")
    town.ok("capital", "verify", "1", "--as", "shen")
    town.ok("lead", "advance", "1", "--on", "2023-06-02")
    document = town.json(
        "lead", "evidence", "1", "--kind", "operation_start", "--dated", "2023-09-01", "--reference", "投产"
    )
    town.ok("lead", "confirm", str(document["id"]), "--as", "shen")
    said = town.ok("lead", "advance", "1", "--on", "2023-09-02", "--lang", "zh")
    assert "“落地”" in said
    card = town.json("lead", "show", "1")
    assert card["row"]["stage"] == "landed"
    assert card["row"]["landed_on"] == "2023-09-02"
    assert card["missing"] == []
    assert card["enterprise"]["credit_code"] == credit_code()
    history = town.json("lead", "history", "1")
    assert [move["to_stage"] for move in history] == [
        "contact",
        "negotiating",
        "signed",
        "registered",
        "implementing",
        "landed",
    ]
    assert [stay["stage"] for stay in town.json("lead", "history", "1", "--times")][:2] == ["contact", "negotiating"]
    dated = town.json("lead", "redate", "1", "2023-09-01", "--move", "6", "--reason", "投产当日")
    assert (dated["day"], dated["before"]) == ("2023-09-01", "2023-09-02")
    assert town.json("lead", "show", "1")["row"]["landed_on"] == "2023-09-01"
    last = town.json("lead", "history", "1")[-1]
    assert (last["occurred_on"], last["first_told"], last["redated_reason"]) == ("2023-09-01", "2023-09-02", "投产当日")
    assert "recorded as 2 September 2023" in " ".join(town.ok("lead", "history", "1").split())
    town.ok("lead", "exit", "1", "--reason", "企业注销")
    assert town.json("lead", "show", "1")["row"]["status"] == "exited"


def test_a_lead_is_carried_over_and_settled(town: Terminal) -> None:
    """The mark is on list, board, card and history until its gates are met."""
    town.ok("investor", "add", "结转商事", "--country", "JP")
    made = town.json(
        "lead", "open", "结转商事", "--title", "冷链", "--expected", "20000000 USD", "--industry", "C36", "--source", "event:年会",
        "--carried-over", "negotiating", "--since", "2023-01-05", "--received", "2023-01-04", "--reason", "旧台账",
    )  # fmt: skip
    number = str(made["id"])
    assert "carried over" in town.ok("lead", "list", "结转商事")
    assert "carried over" in town.ok("lead", "history", number)
    card = " ".join(town.ok("lead", "show", number).split())
    assert "in no figure until it is settled" in card
    assert "旧台账" in card
    town.refused(1, "lead", "settle", number)
    assert town.json("lead", "show", number)["carried_over"]["missing"][0]["gate"] == "two_way_meeting"


def credit_code() -> str:
    """Return a unified social credit code whose check digit holds."""
    from stdnum.cn import uscc

    return LICENCE[:17] + str(uscc.calc_check_digit(LICENCE[:17]))


def test_moves_besides_forward(town: Terminal) -> None:
    """Hold, resume, back, lose, reopen, abandon: each leaves its transition."""
    town.ok("visit", "log", "L1", "--contact", "田中", "--note", "会谈", "--at", "2023-02-08 14:00")
    town.ok("lead", "advance", "1", "--on", "2023-02-08")
    town.ok("lead", "hold", "1", "--reason", "换届", "--review", "2100-01-01")
    assert [row["id"] for row in town.json("lead", "list", "--status", "on_hold")] == [1]
    town.ok("lead", "resume", "1")
    town.ok("lead", "back", "1", "--to", "contact", "--reason", "误报")
    town.ok("lead", "lose", "1", "--reason", "地价", "--competitor", "苏州")
    assert town.json("lead", "history", "1")[-1]["competitor"] == "苏州"
    town.ok("lead", "reopen", "1", "--reason", "重新接洽")
    assert town.json("lead", "show", "1")["row"]["cycle"] == 2
    town.ok("lead", "abandon", "1", "--reason", "不符合方向")
    kinds = [move["kind"] for move in town.json("lead", "history", "1")]
    assert kinds == ["open", "advance", "hold", "resume", "back", "lose", "reopen", "abandon"]
    assert "lost to 苏州" in town.ok("lead", "history", "1")
    assert 1 not in [row["id"] for column in town.json("lead", "board") for row in column["leads"]]
    assert 1 in [row["id"] for column in town.json("lead", "board", "--closed") for row in column["leads"]]


def test_leads_are_edited_and_handed_over(town: Terminal) -> None:
    """Only what is given changes; an empty text clears; the hands are kept."""
    before = town.json("lead", "show", "2")
    town.ok("lead", "edit", "2", "--title", "书店二期", "--note", "注意", "--industry", "R86")
    town.ok("lead", "edit", "2", "--note", "", "--expected", "6亿日元")
    after = town.json("lead", "show", "2")
    assert (after["row"]["title"], after["row"]["industry"], after["note"]) == ("书店二期", "R86", None)
    assert after["row"]["expected"] == {"minor": 600_000_000, "currency": "JPY", "text": "600,000,000 JPY"}
    assert after["row"]["version"] > before["row"]["version"]
    town.ok("lead", "handover", "2", "--unit", "bureau", "--owner", "tokyo.desk", "--reason", "分工")
    assert [assignment["unit"] for assignment in town.json("lead", "show", "2")["assignments"]] == ["gaoxin", "bureau"]
    assert "Owners" in town.ok("lead", "show", "2")


def test_leads_are_read(reader: Terminal) -> None:
    """Lists, card, board and staleness carry the keys of their rows."""
    listed = reader.json("lead", "list")
    assert {row["id"] for row in listed} == {1, 2, 3}
    assert all(set(row) == keys(lead_rows.LeadRow) for row in listed)
    assert [row["id"] for row in reader.json("lead", "list", "氢能")] == [1]
    assert [
        row["id"] for row in reader.json("lead", "list", "--investor", "丸善", "--limit", "1", "--offset", "1")
    ] in ([2], [3])
    assert (
        reader.json("lead", "list", "--stage", "接洽", "--unit", "gaoxin", "--owner", "boss", "--station", "tokyo")
        == []
    )
    card = reader.json("lead", "show", "1")
    assert set(card) == keys(lead_rows.LeadCard, "foreign", "code_name")
    assert {requirement["gate"] for requirement in card["missing"]} == {"two_way_meeting"}
    assert set(card["missing"][0]) == {"stage", "gate", "text", "way_out"}
    board = reader.json("lead", "board")
    assert [column["stage"] for column in board] == [
        "contact",
        "negotiating",
        "signed",
        "registered",
        "implementing",
        "landed",
    ]
    assert all(set(column) == keys(lead_rows.BoardColumn) for column in board)
    assert board[0]["count"] == 3
    assert {row["id"] for row in reader.json("lead", "stale")} == {1, 2, 3}
    assert len(reader.json("lead", "missing", "1", "--to", "landed")) > 8
    assert reader.json("lead", "evidence", "1") == []
    shown = reader.ok("lead", "show", "1")
    assert "1 thing missing for negotiating" in shown
    assert "crm visit log L1 --contact …" in shown
    assert "crm lead evidence L1 --kind agreement" in reader.ok("lead", "missing", "1", "--to", "landed")


def test_the_board_speaks_both_languages(reader: Terminal) -> None:
    """Stages, counts, exact amounts and days, in the reader's language."""
    chinese = reader.ok("lead", "board", "--lang", "zh", "--station", "tokyo")
    assert "接洽 · 1 条 · 2,000万美元" in chinese
    assert "落地 · 0 条" in chinese
    english = reader.ok("lead", "board", "--unit", "gaoxin")
    assert "contact · 2 leads · 500,000,000 JPY" in english
    assert "days" in english


def test_confidential_leads_show_as_code_names(reader: Terminal) -> None:
    """No list, board or card of another station says what a confidential lead is."""
    told = Terminal(reader.url, user="tokyo.desk")
    printed = told.ok("lead", "list") + told.ok("lead", "board") + told.ok("lead", "list", "--json")
    assert "Falcon" in printed
    assert "暗线" not in printed
    assert told.refused(1, "lead", "show", "3")["error"] == "AccessDenied"


def test_investors(town: Terminal) -> None:
    """Added, found by any part of any name, given names, edited, archived."""
    made = town.json(
        "investor", "add", "凯傲集团", "--country", "DE", "--kind", "企业", "--alias", "KION GROUP AG", "--note", "叉车"
    )
    assert set(made) == {"id", "uid", "name"}
    town.ok("investor", "alias", "kion", "Кион", "--kind", "short", "--language", "ru")
    found = town.json("investor", "find", "kion")
    assert [row["name"] for row in found] == ["凯傲集团"]
    assert set(found[0]) == keys(investor_rows.InvestorRow, *listed(InvestorFields))
    town.ok("investor", "edit", "凯傲", "--name", "凯傲（中国）", "--country", "CN", "--kind", "fund", "--note", "")
    card = town.json("investor", "show", "kion")
    assert set(card) == keys(investor_rows.InvestorCard, *unlisted(InvestorFields))
    assert card["row"]["kind"] == "fund"
    assert "凯傲集团" in [name["text"] for name in card["names"]]
    assert "KION GROUP AG (en, trading)" in town.ok("investor", "show", "kion")
    edit = ("investor", "edit", "kion", "--website")
    town.ok(*edit, "www.Example.com/kion")
    assert town.json("investor", "find", "kion")[0]["website"] == "https://www.example.com/kion"
    assert "https://www.example.com/kion" in town.ok("investor", "show", "kion")
    assert "https://www.example.com/kion" in town.ok("investor", "list", columns=160)
    narrow = town.ok("investor", "list", columns=80)
    assert "example.com" not in narrow
    assert "Not shown at this width: Website" in narrow
    assert "网站：https://www.example.com/kion" in town.ok("audit", "show", "--lang", "zh", columns=160)
    assert town.refused(2, *edit, "www.example.com/a b")["problems"][0]["field"] == "website"
    town.ok(*edit, "")
    assert town.json("investor", "show", "kion")["row"]["website"] is None
    town.ok("investor", "archive", "kion", "--reason", "注销")
    assert [row["id"] for row in town.json("investor", "list", "--kind", "fund")] == []
    assert (
        town.json("investor", "list", "--kind", "fund", "--archived", "--country", "CN", "--limit", "5")[0]["archived"]
        is True
    )
    assert town.refused(1, "investor", "edit", str(made["id"]), "--note", "x")["error"] == "Archived"


def test_contacts(town: Terminal) -> None:
    """Added, shown, edited, employed elsewhere, left, exported, erased."""
    made = town.json(
        "contact", "add", "丸红", "佐藤花子", "--title", "课长", "--since", "2020-04-01", "--phone", "+81 3 1234 5678"
    )
    who = str(made["id"])
    town.ok("contact", "edit", "佐藤", "--email", "sato@example.com", "--note", "素食")
    town.ok("contact", "employ", "佐藤", "丸善", "--title", "顾问", "--since", "2023-04-01")
    card = town.json("contact", "show", "佐藤", "--at", "丸红")
    assert {post["investor"] for post in card["employments"]} == {"丸红株式会社", "丸善株式会社"}
    listed_too = set(listed(ContactFields))
    assert all(set(post) == keys(investor_rows.ContactRow) | listed_too for post in card["employments"])
    assert "顾问" in town.ok("contact", "show", "佐藤")
    town.ok("contact", "leave", "佐藤", "丸红", "--until", "2023-03-31")
    assert town.json("contact", "list", "丸红")[-1]["until"] == "2023-03-31"
    town.ok("contact", "edit-employment", "佐藤", "丸红", "--title", "部长", "--until", "2023-03-30")
    assert [town.json("contact", "list", "丸红")[-1][key] for key in ("until", "title")] == ["2023-03-30", "部长"]
    town.ok("contact", "edit-employment", "佐藤", "丸红", "--until", "", "--began", "2020-04-01")
    assert town.json("contact", "list", "丸红")[-1]["until"] is None
    town.ok("contact", "leave", "佐藤", "丸红", "--until", "2023-03-31")
    town.ok("contact", "withdraw-employment", "佐藤", "丸善", "--reason", "同名不同人")
    assert {post["investor"] for post in town.json("contact", "show", "佐藤")["employments"]} == {"丸红株式会社"}
    shown = town.json("contact", "show", "佐藤", "--withdrawn")["employments"]
    assert [post["withdrawn"]["reason"] for post in shown if post["withdrawn"]] == ["同名不同人"]
    assert "佐藤" in town.ok("contact", "list", "丸善", "--withdrawn")
    assert "佐藤" not in town.ok("contact", "list", "丸善")
    (refused,) = town.refused(1, "contact", "edit-employment", "佐藤", "丸善", "--title", "顾问")["problems"]
    assert refused["way_out"] == f"Restore it first: crm contact restore-employment P{who} I2 --began 2023-04-01"
    town.ok("contact", "restore-employment", f"P{who}", "I2", "--began", "2023-04-01")
    assert town.json("contact", "export", "佐藤")["name"] == "佐藤花子"
    town.ok("contact", "erase", who, "--reason", "本人要求")
    assert "佐藤" not in town.ok("contact", "show", who)
    grounds = ("--jurisdiction", "JP", "--basis", "consent", "--source", "名片", "--noticed", "2023-02-01")
    town.ok("investor", "add", "期满商事", "--country", "JP")
    town.ok("contact", "add", "期满商事", "铃木", "--title", "课长", *grounds, "--retain-until", "2023-02-10")
    town.ok("contact", "edit", "铃木", "--legal-hold", "诉讼未结")
    assert "诉讼未结" in town.ok("contact", "show", "铃木")
    town.ok("contact", "add", "丸红", "铃木", "--phone", "+81 90 1111 2222")
    pair = town.json("contact", "duplicates", "--at", "丸红")
    assert [(row["other_name"], row["reasons"]) for row in pair] == [("铃木", ["name"])]
    assert "same name" in town.ok("contact", "duplicates", "--limit", "1")
    town.ok("contact", "archive", f"P{pair[0]['other']}", "--reason", "重复")
    assert town.json("contact", "due") == []
    town.ok("contact", "edit", "铃木", "--legal-hold", "")
    assert "铃木" in town.ok("contact", "due", "--on", "2023-02-11")
    assert town.refused(2, "contact", "due", "--erase")["problems"][0]["field"] == "reason"
    assert town.refused(2, "contact", "due", "--erase", "--reason", "期满")["problems"][0]["field"] == "yes"
    town.ok("contact", "due", "--erase", "--reason", "期满", "--yes")
    assert town.json("contact", "due") == []
    town.ok("contact", "archive", "田中", "--reason", "退休")


def test_visits_and_follow_ups(town: Terminal) -> None:
    """Logged with minutes and a promise; the promise is listed, and closed once."""
    logged = town.json(
        "visit", "log", "丸红", "--contact", "田中", "--note", "谈到二期厂房", "--at", "2023-02-08 14:00", "--zone", "Asia/Tokyo",
        "--kind", "拜访", "--place", "大手町", "--with", "tokyo.desk", "--agreed", "互访", "--agreed", "交换名单", "--promised", "报价",
        "--next", "寄资料", "--todo", "寄送资料", "--due", "2100-01-01", "--owner", "tokyo.desk", "--station", "tokyo",
    )  # fmt: skip
    assert set(logged) == {"id", "uid", "investor", "lead_id", "at", "claims"}
    assert logged["lead_id"] == 1
    assert logged["at"] == {
        "utc": "2023-02-08T05:00:00+00:00", "zone": "Asia/Tokyo", "local": "2023-02-08T14:00:00+09:00",
    }  # fmt: skip
    number = str(logged["id"])
    card = town.json("visit", "show", number)
    assert set(card) == keys(meeting_rows.MeetingCard)
    assert set(card["row"]["staff"]) == {"boss", "tokyo.desk"}
    assert [kind for kind, _ in card["minutes"]] == ["agreed", "agreed", "promised", "next"]
    printed = town.ok("visit", "show", number, "--lang", "zh")
    assert "2023年2月8日 14:00 (Asia/Tokyo)" in printed
    assert "达成一致" in printed
    listed = town.json(
        "visit",
        "list",
        "--investor",
        "丸红",
        "--lead",
        "1",
        "--station",
        "tokyo",
        "--since",
        "2023-02-01",
        "--limit",
        "3",
    )
    assert [set(row) for row in listed] == [keys(meeting_rows.MeetingRow)]
    assert town.json("visit", "list", "--until", "2023-02-07") == []
    todo = town.json("todo", "add", "丸红", "安排考察", "--due", "2100-02-01")
    due = town.json("todo", "list")
    assert [row["text"] for row in due] == ["寄送资料", "报价", "安排考察"]
    assert set(due[0]) == keys(meeting_rows.FollowUpRow)
    assert len(town.json("todo", "list", "--owner", "tokyo.desk", "--station", "tokyo", "--until", "2100-01-02")) == 2
    assert town.json("todo", "list", "--unit", "gaoxin") == []
    town.ok("todo", "done", str(todo["id"]), "--result", "三月来访")
    assert town.refused(1, "todo", "done", str(todo["id"]), "--result", "又一次")["error"] == "Conflict"
    assert len(town.json("todo", "list", "--all")) == 3


def test_an_ambassador_types_three_words(town: Terminal) -> None:
    """Now, the own station and its zone, oneself, and the one open lead need not be said."""
    ambassador = Terminal(town.url, user="tokyo.desk", language="zh")
    said = ambassador.ok("visit", "log", "marub", "--contact", "田中", "--note", "谈到二期厂房")
    assert "丸红株式会社" in said
    assert "关于线索 L1" in said
    assert "Asia/Tokyo" in said
    row = ambassador.json("visit", "list")[0]
    assert row["station"] == "tokyo"
    assert row["at"]["zone"] == "Asia/Tokyo"


def test_trips(town: Terminal) -> None:
    """Planned from options, changed, ticked off by a visit, closed with what came of it."""
    made = town.json(
        "trip", "plan", "japan-2023", "--title", "赴日招商团", "--leader", "副市长", "--rank", "city", "--starts", "2023-02-06",
        "--ends", "2023-02-12", "--purpose", "走访", "--member", "tokyo.desk|翻译", "--member", "boss",
        "--leg", "东京|JP|Asia/Tokyo|2023-02-06|2023-02-12", "--announced", "2023-01-16", "--visit", "丸红|2023-02-08|推进", "--visit", "丸善",
    )  # fmt: skip
    assert set(made) == {"id", "uid", "code"}
    town.ok("trip", "visit", "japan-2023", "丸善", "--on", "2023-02-09", "--purpose", "书")
    town.ok("trip", "cancel-visit", "japan-2023", "2", "--reason", "改期")
    town.ok("trip", "member", "japan-2023", "shen", "--duty", "联络")
    town.ok("trip", "member", "japan-2023", "shen", "--leave", "--reason", "生病", "--on", "2023-02-07")
    visit = ("--note", "会谈", "--contact", "田中", "--zone", "Asia/Tokyo", "--as", "tokyo.desk")
    town.ok("visit", "log", "丸红", "--at", "2023-02-08 14:00", "--trip", "japan-2023", *visit)
    card = town.json("trip", "show", "japan-2023")
    assert set(card) == keys(trip_rows.TripCard)
    assert [visit["state"] for visit in card["visits"]] == ["done", "cancelled", "planned"]
    assert [member["left_reason"] for member in card["members"]].count("生病") == 1
    shown = town.ok("trip", "show", "japan-2023", "--lang", "zh")
    assert "✓ 1. 丸红株式会社" in shown
    assert "✗ 2. 丸善株式会社" in shown
    assert len(town.json("visit", "list", "--trip", "japan-2023")) == 1
    town.ok("trip", "cancel-visit", "japan-2023", "3", "--reason", "改期")
    town.ok("trip", "close", "japan-2023", "--outcome", "推进一个项目")
    assert [(row["done"], row["cancelled"], row["closed"]) for row in town.json("trip", "list")] == [(1, 2, True)]


def test_capital(town: Terminal) -> None:
    """Recorded, verified by another, reversed by a negative entry; the ledger keeps all of it."""
    town.ok(
        "capital",
        "record",
        "1",
        "5000000 USD",
        "--arrived",
        "2023-06-01",
        "--reference",
        "验资1",
        "--kind",
        "reinvestment",
    )
    assert town.refused(1, "capital", "verify", "1")["error"] == "AccessDenied"
    town.ok("capital", "verify", "1", "--as", "shen")
    town.ok("capital", "correct", "1", "--amount", "4000000 USD", "--reason", "录入有误")
    town.ok("capital", "reverse", "3", "--reason", "录入有误", "--arrived", "2023-06-02", "--reference", "更正")
    listed = town.json("capital", "list", "1")
    assert [set(row) for row in listed] == [keys(ledger_rows.ArrivalRow)] * 4
    assert sorted(row["amount"]["minor"] for row in listed) == [-500_000_000, -400_000_000, 400_000_000, 500_000_000]
    assert "reversed" in town.ok("capital", "list")


def test_stations_units_and_staff(town: Terminal) -> None:
    """Added, given a dated history, edited, moved, archived."""
    town.ok(
        "station", "add", "seoul", "--name", "首尔联络站", "--name-en", "Seoul", "--country", "KR", "--zone", "Asia/Seoul",
        "--status", "exploring", "--language", "ko", "--since", "2023-01-01", "--note", "探索", "--host", "商会",
    )  # fmt: skip
    town.ok("station", "status", "seoul", "运行中", "--since", "2023-02-08", "--note", "揭牌")
    town.ok(
        "station", "edit", "seoul", "--host", "", "--language", "ko", "--language", "zh", "--name-en", "Seoul Station"
    )
    card = town.json("station", "show", "seoul")
    assert set(card) == keys(place_rows.StationCard)
    assert (card["row"]["status"], card["row"]["host"], card["row"]["languages"]) == ("operating", None, ["ko", "zh"])
    assert [event["status"] for event in card["history"]] == ["exploring", "operating"]
    assert "Seoul Station" in town.ok("station", "list")
    assert {set(row) == keys(place_rows.StationRow) for row in town.json("station", "list")} == {True}
    town.ok("unit", "add", "shizhong", "--name", "市中区", "--name-en", "Shizhong", "--kind", "district")
    town.ok("unit", "archive", "shizhong", "--reason", "机构改革")
    assert "shizhong" not in [row["code"] for row in town.json("unit", "list")]
    town.ok(
        "staff", "add", "li.na", "--name", "李娜", "--role", "ambassador", "--unit", "gaoxin", "--since", "2022-01-01"
    )
    town.ok(
        "staff", "move", "li.na", "--station", "seoul", "--role", "manager", "--since", "2023-01-01", "--reason", "派驻"
    )
    assert {row["username"]: row["station"] for row in town.json("staff", "list")}["li.na"] == "seoul"
    town.ok("staff", "archive", "li.na", "--reason", "调离")
    assert "li.na" not in [row["username"] for row in town.json("staff", "list")]
    assert "li.na" in [row["username"] for row in town.json("staff", "list", "--archived")]


def test_audit(town: Terminal) -> None:
    """Every change is listed with who and why; what is stored follows from it."""
    town.ok("lead", "edit", "1", "--title", "改名")
    entries = town.json("audit", "show", "--record", "lead", "--id", "1", "--by", "boss", "--limit", "1")
    assert [set(entry) for entry in entries] == [keys(audit_rows.AuditRow)]
    assert entries[0]["changes"]["title"] == ["氢能装备制造项目（一期）", "改名"]
    assert "氢能装备制造项目（一期）" in town.ok("audit", "show")
    chinese = town.ok("audit", "show", "--record", "lead", "--lang", "zh", columns=160)
    assert "阶段：接洽" in chinese  # the code is contact
    assert "+00:00" not in town.ok("audit", "show")
    assert town.json("audit", "verify") == []
    assert town.refused(1, "audit", "show", "--as", "tokyo.desk")["error"] == "AccessDenied"


def test_earlier_wordings_are_taken_out_of_the_audit(town: Terminal) -> None:
    """Those of the records that are named; others keep theirs, and the audit still fits."""
    old = "氢能装备制造项目（一期）"
    assert old in town.ok("audit", "show")
    town.ok("lead", "edit", "1", "--title", "改名")
    assert town.json("db", "redact", "L1", "--reason", "本人要求")["count"] > 0
    assert old not in town.ok("audit", "show")
    assert "改名" in town.ok("audit", "show")
    assert town.json("audit", "verify") == []
    assert town.refused(1, "db", "redact", "L1", "--reason", "r", "--as", "tokyo.desk")["error"] == "AccessDenied"


def test_the_audit_is_sealed(town: Terminal) -> None:
    """A seal covers all entries; a later one the entries since, and its hash is another. Sealing again seals nothing."""
    first = town.json("audit", "seal")
    assert set(first) == keys(Sealing)
    assert first["entries"] > 0
    assert town.json("audit", "seal") == {**first, "entries": 0, "seals": 0}
    town.ok("lead", "edit", "1", "--title", "改名")
    told = town.ok("audit", "seal")
    second = town.json("audit", "seal")
    assert "1 entries were sealed" in told
    assert second["number"] == first["number"] + 1
    assert second["head"] != first["head"]
    assert second["head"] in told
    assert town.json("audit", "verify") == []
    assert town.refused(1, "audit", "seal", "--as", "tokyo.desk")["error"] == "AccessDenied"


def test_a_repeated_uid_is_the_same_record(town: Terminal) -> None:
    """A line with a uid can be typed again; with other content it is a conflict."""
    uid = "01890a5d-ac96-774b-bcce-b302099a8057"
    line = ("investor", "add", "伊藤忠", "--country", "JP", "--uid", uid)
    assert town.json(*line) == town.json(*line)
    conflict = town.refused(1, "investor", "add", "别家", "--country", "JP", "--uid", uid)
    assert conflict["error"] == "Conflict"


@pytest.mark.parametrize("noun", ["lead", "investor", "contact"])
def test_an_old_version_is_refused_with_three(town: Terminal, noun: str) -> None:
    """A write with an old version is refused with exit status 3."""
    field = "--name" if noun == "contact" else "--note"
    town.ok(noun, "edit", "1", field, "甲", "--version", str(town_version(town, noun)))
    error = town.refused(3, noun, "edit", "1", field, "乙", "--version", "1")
    assert error["error"] in {"StaleLead", "StaleRecord"}


def town_version(town: Terminal, noun: str) -> int:
    """Return the version a record has; only leads print theirs."""
    return int(town.json("lead", "show", "1")["row"]["version"]) if noun == "lead" else 1
