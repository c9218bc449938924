"""What people mistype: each is refused with the right status and a sentence, and nothing is written."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable

LONG = "长" * 30_000
#: What a shell hands over when a name was written in another encoding.
GARBLED = "丸\udcb4\udcba"

#: Status, the line, and a word of its error: the code of a problem or the class.
REFUSED: dict[str, tuple[int, tuple[str, ...], str]] = {
    "an unknown noun": (2, ("leda", "list"), "usage"),
    "an unknown verb": (2, ("lead", "lits"), "usage"),
    "an unknown option": (2, ("lead", "list", "--stages", "contact"), "usage"),
    "one argument too many": (2, ("lead", "show", "1", "2"), "usage"),
    "an option without its value": (2, ("lead", "list", "--stage"), "usage"),
    "a word for a number": (2, ("lead", "list", "--limit", "many"), "usage"),
    "a negative limit": (2, ("lead", "list", "--limit", "-1"), "usage"),
    "a negative offset": (2, ("investor", "list", "--offset", "-1"), "usage"),
    "a word for a version": (2, ("lead", "edit", "1", "--title", "x", "--version", "one"), "usage"),
    "an unknown stage": (2, ("lead", "list", "--stage", "won"), "usage"),
    "an unknown language": (2, ("lead", "list", "--lang", "fr"), "usage"),
    "everything missing": (2, ("lead", "back"), "missing"),
    "a lead that is not there": (1, ("lead", "show", "99"), "not_found"),
    "an id beyond any": (1, ("lead", "show", "9" * 30), "not_found"),
    "an id of zero": (1, ("lead", "show", "0"), "not_found"),
    "an empty reference": (2, ("lead", "show", ""), "empty"),
    "a garbled reference": (2, ("lead", "show", GARBLED), "encoding"),
    "an endless reference": (2, ("lead", "show", LONG), "too_long"),
    "a uid that is not there": (1, ("lead", "show", "01890a5d-ac96-774b-bcce-b302099a8057"), "not_found"),
    "a name that fits several": (1, ("investor", "show", "丸"), "ambiguous"),
    "an investor that is not there": (1, ("lead", "open", "无此公司", "--title", "x"), "not_found"),
    "an empty title": (2, ("lead", "open", "丸红", "--title", " "), "empty"),
    "a title too long": (2, ("lead", "open", "丸红", "--title", LONG), "too_long"),
    "a garbled title": (2, ("lead", "open", "丸红", "--title", GARBLED), "encoding"),
    "a negative amount": (2, ("lead", "open", "丸红", "--title", "x", "--expected", "-5 USD"), "negative"),
    "an amount of nothing": (2, ("lead", "open", "丸红", "--title", "x", "--expected", "0 USD"), "negative"),
    "an amount without currency": (2, ("lead", "open", "丸红", "--title", "x", "--expected", "5000000"), "amount"),
    "half a yen": (2, ("lead", "open", "丸红", "--title", "x", "--expected", "1.5 JPY"), "digits"),
    "an unknown industry": (2, ("lead", "edit", "1", "--industry", "Z99"), "industry"),
    "a lead received tomorrow": (2, ("lead", "open", "丸红", "--title", "x", "--received", "2100-01-01"), "future"),
    "no day": (2, ("lead", "open", "丸红", "--title", "x", "--received", "last week"), "date"),
    "no source": (2, ("lead", "open", "丸红", "--title", "x", "--source", "somewhere"), "source"),
    "a lead that refers itself": (2, ("lead", "open", "丸红", "--title", "x", "--source", "referral:丸红"), "self_referral"),
    "a station that is not there": (1, ("lead", "list", "--station", "atlantis"), "not_found"),
    "a stage out of reach": (1, ("lead", "advance", "1", "--to", "landed", "--reason", "快"), "agreement"),
    "a skip without a reason": (1, ("lead", "advance", "1", "--to", "signed"), "skip"),
    "a gate not met": (1, ("lead", "advance", "1"), "two_way_meeting"),
    "a move in the future": (1, ("lead", "advance", "1", "--on", "2100-01-01"), "future"),
    "a move before the last": (1, ("lead", "advance", "1", "--on", "2000-01-01"), "order"),
    "a step back to where it is": (1, ("lead", "back", "1", "--to", "contact", "--reason", "x"), "not_behind"),
    "a hold that is over": (1, ("lead", "hold", "1", "--reason", "x", "--review", "2000-01-01"), "past"),
    "an empty reason": (1, ("lead", "lose", "1", "--reason", ""), "reason"),
    "an exit before landing": (1, ("lead", "exit", "1", "--reason", "x"), "not_landed"),
    "a reopening of what is open": (1, ("lead", "reopen", "1", "--reason", "x"), "status"),
    "a hand-over to nobody new": (2, ("lead", "handover", "1", "--owner", "tokyo.desk"), "empty"),
    "an agreement of no amount": (
        2, ("lead", "evidence", "1", "--kind", "agreement", "--dated", "2023-01-06", "--reference", "x"), "missing",
    ),
    "an agreement of tomorrow": (
        2, ("lead", "evidence", "1", "--kind", "agreement", "--dated", "2100-01-06", "--reference", "x", "--amount", "1 USD"), "future",
    ),
    "evidence by halves": (2, ("lead", "evidence", "1", "--kind", "other"), "missing"),
    "a file that is not there": (
        2, ("lead", "evidence", "1", "--kind", "other", "--dated", "2023-01-06", "--reference", "x", "--file", "/no/such/file"), "file",
    ),
    "a sum that is none": (
        2, ("lead", "evidence", "1", "--kind", "other", "--dated", "2023-01-06", "--reference", "x", "--sha256", "abc"), "sha256",
    ),
    "a document that is not there": (1, ("lead", "confirm", "99"), "not_found"),
    "a credit code that does not check": (2, ("lead", "register", "1", "--name", "x", "--credit-code", "9137"), "credit_code"),
    "a licence of tomorrow": (2, ("lead", "register", "1", "--name", "x", "--licensed", "2100-01-01"), "future"),
    "capital below zero": (2, ("capital", "record", "1", "--arrived", "2023-01-06", "--reference", "x", "--", "-5 USD"), "negative"),
    "capital of tomorrow": (2, ("capital", "record", "1", "5 USD", "--arrived", "2100-01-06", "--reference", "x"), "future"),
    "an arrival that is not there": (1, ("capital", "verify", "99"), "not_found"),
    "a visit with nobody of theirs": (2, ("visit", "log", "丸红", "--contact", "佐藤", "--note", "x"), "foreign_contact"),
    "a visit of tomorrow": (2, ("visit", "log", "丸红", "--note", "x", "--at", "2100-01-01 10:00"), "future"),
    "a visit at no time": (2, ("visit", "log", "丸红", "--note", "x", "--at", "noon"), "time"),
    "a visit in no zone": (2, ("visit", "log", "丸红", "--note", "x", "--zone", "Asia/Atlantis"), "zone"),
    "a time the clocks skip": (
        2, ("visit", "log", "丸红", "--note", "x", "--at", "2022-03-27 02:30", "--zone", "Europe/Berlin"), "skipped",
    ),
    "a time that happens twice": (
        2, ("visit", "log", "丸红", "--note", "x", "--at", "2022-10-30 02:30", "--zone", "Europe/Berlin"), "twice",
    ),
    "an empty note": (2, ("visit", "log", "丸红", "--note", ""), "empty"),
    "a garbled note": (2, ("visit", "log", "丸红", "--note", GARBLED), "encoding"),
    "an endless note": (2, ("visit", "log", "丸红", "--note", LONG), "too_long"),
    "a promise without its day": (2, ("visit", "log", "丸红", "--note", "x", "--todo", "y"), "missing"),
    "a visit about nothing known": (1, ("visit", "log", "无此公司", "--note", "x"), "not_found"),
    "a meeting that is not there": (1, ("visit", "show", "99"), "not_found"),
    "a follow-up due before its visit": (2, ("visit", "log", "L1", "--note", "x", "--todo", "x", "--due", "2000-01-01"), "past"),
    "a follow-up that is not there": (1, ("todo", "done", "99", "--result", "x"), "not_found"),
    "an investor of no country": (2, ("investor", "add", "甲", "--country", "XX"), "country"),
    "an investor known already": (1, ("investor", "add", "丸红株式会社", "--country", "JP"), "known"),
    "an investor with leads": (1, ("investor", "archive", "丸红", "--reason", "x"), "open_leads"),
    "a mail address that is none": (2, ("contact", "add", "丸红", "甲", "--email", "nowhere"), "email"),
    "a telephone that is none": (2, ("contact", "add", "丸红", "甲", "--phone", "call me"), "phone"),
    "a contact who works elsewhere": (1, ("contact", "leave", "田中", "丸善", "--until", "2023-01-01"), "not_found"),
    "a station code that is none": (
        2, ("station", "add", "So ul", "--name", "x", "--name-en", "x", "--country", "KR", "--zone", "Asia/Seoul"), "code",
    ),
    "a station code in use": (
        1, ("station", "add", "tokyo", "--name", "x", "--name-en", "x", "--country", "JP", "--zone", "Asia/Tokyo"), "Conflict",
    ),
    "a station opened tomorrow": (2, ("station", "status", "tokyo", "operating", "--since", "2100-01-01"), "future"),
    "a unit of no kind": (2, ("unit", "add", "x", "--name", "x", "--name-en", "x", "--kind", "castle"), "usage"),
    "staff of nowhere": (2, ("staff", "add", "x", "--name", "x", "--role", "viewer"), "Invalid"),
    "a user name in use": (1, ("staff", "add", "shen", "--name", "x", "--role", "viewer", "--unit", "bureau"), "Conflict"),
    "the last admin": (2, ("staff", "archive", "boss", "--reason", "x"), "last_admin"),
    "a trip that ends before it starts": (
        2,
        ("trip", "plan", "x", "--title", "x", "--leader", "x", "--rank", "city", "--starts", "2023-02-06", "--ends", "2023-02-01"),
        "order",
    ),
    "a trip by halves": (2, ("trip", "plan", "x", "--title", "x"), "missing"),
    "a trip that is not there": (1, ("trip", "show", "nowhere"), "not_found"),
    "a visit number of zero": (2, ("trip", "cancel-visit", "x", "0", "--reason", "x"), "usage"),
    "a record id that is no number": (2, ("audit", "show", "--id", "x"), "usage"),
    "a user who is nobody": (1, ("lead", "list", "--as", "nobody"), "AccessDenied"),
    "a tenant that cannot be": (2, ("lead", "list", "--tenant", "Ä"), "InvalidInput"),
    "a uid that is none": (2, ("investor", "add", "甲", "--country", "JP", "--uid", "123"), "uid"),
}  # fmt: skip

#: What each role may not do: user, line.
FORBIDDEN: dict[str, tuple[str, tuple[str, ...]]] = {
    "an ambassador adds no staff": ("tokyo.desk", ("staff", "add", "x", "--name", "x", "--role", "viewer", "--unit", "bureau")),
    "an ambassador adds no unit": ("tokyo.desk", ("unit", "add", "x", "--name", "x", "--name-en", "x", "--kind", "zone")),
    "an ambassador moves no lead back": ("tokyo.desk", ("lead", "back", "1", "--to", "contact", "--reason", "x")),
    "an ambassador touches no other's lead": ("tokyo.desk", ("lead", "edit", "2", "--title", "x")),
    "an ambassador plans no trip": (
        "tokyo.desk",
        ("trip", "plan", "x", "--title", "x", "--leader", "x", "--rank", "city", "--starts", "2023-02-06", "--ends", "2023-02-07"),
    ),
    "an ambassador records no cost": ("tokyo.desk", ("trip", "cost", "x", "5 CNY", "--item", "x", "--reference", "x")),
    "an ambassador reads no audit": ("tokyo.desk", ("audit", "show")),
    "an ambassador erases nobody": ("tokyo.desk", ("contact", "erase", "田中", "--reason", "x")),
    "a verifier opens no lead": ("shen", ("lead", "open", "丸红", "--title", "x")),
    "a verifier logs no visit": ("shen", ("visit", "log", "丸红", "--note", "x")),
    "a verifier adds no investor": ("shen", ("investor", "add", "甲", "--country", "JP")),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused(reader: Terminal, case: str) -> None:
    """The exit status gives the kind of error, the error code the rule."""
    status, line, word = REFUSED[case]
    error = reader.refused(status, *line)
    codes = {problem["code"] for problem in error["problems"]}
    assert word in codes or word in error["error"], error
    assert all(problem["text"] for problem in error["problems"])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", REFUSED)
def test_every_refusal_reads_well_in_both_languages(reader: Terminal, case: str, language: str) -> None:
    """Bullets on the standard error, every placeholder filled, in Chinese without English sentences."""
    status, line, _ = REFUSED[case]
    result = Terminal(reader.url, language=language).type(*line)
    assert result.exit_code == status
    assert not result.stdout
    assert "• " in result.stderr
    if "usage" not in REFUSED[case][2] and case != "an unknown language":
        assert ("这" in result.stderr or "：" in result.stderr) == (language == "zh"), result.stderr


@pytest.mark.parametrize("case", FORBIDDEN)
def test_a_missing_right_is_refused(reader: Terminal, case: str) -> None:
    """A missing right ends with status 1 and names the roles that have it."""
    user, line = FORBIDDEN[case]
    error = Terminal(reader.url, user=user).refused(1, *line)
    assert error["error"] == "AccessDenied"
    assert error["problems"][0]["way_out"]


def test_nothing_was_written(reader: Terminal) -> None:
    """After all these lines the audit holds what it held."""
    before = reader.json("audit", "show", "--limit", "1")[0]["id"]
    for status, line, _ in REFUSED.values():
        reader.refused(status, *line)
    for user, line in FORBIDDEN.values():
        Terminal(reader.url, user=user).refused(1, *line)
    assert reader.json("audit", "show", "--limit", "1")[0]["id"] == before
