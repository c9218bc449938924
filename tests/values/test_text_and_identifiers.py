"""Names, codes and identifiers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from crm.errors import InvalidInput
from crm.values.identifiers import as_code, as_country, as_credit_code, as_industry, as_sha256, as_uid, digest
from crm.values.text import clean, comparison_key, require_text, text_problem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Marubeni Corporation", "MARUBENI  corporation"),
        ("丸红（中国）", "丸红(中国)"),
        ("ＳＫＦ", "skf"),
        ("ｶﾜｻｷ", "カワサキ"),
        ("Straße", "STRASSE"),
        ("A.B.C. Co., Ltd", "ABC Co Ltd"),
        ("Müller", "Mu\u0308ller"),
        ("三井・住友", "三井住友"),
        ("zero\u200bwidth", "zerowidth"),
        ("渋谷示例商事", "涩谷示例商事"),
        ("澁谷", "澀谷"),
        ("日本鉱業", "日本矿业"),
        ("鑛業", "礦業"),
        ("本郷", "本乡"),
        ("本鄕", "本鄉"),
        ("横浜", "横滨"),
        ("橫濵", "橫濱"),
        ("髙田", "高田"),
        ("宮﨑", "宫崎"),
        ("𠮷野", "吉野"),
        ("窓口", "窗口"),
        ("甲\u3164\u2800\u034f乙", "甲乙"),
        ("甲\n乙", "甲乙"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    """Case, width, spaces and separators do not make another name."""
    assert comparison_key(one) == comparison_key(other)


@pytest.mark.parametrize("turn", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_nothing_turns_the_direction_of_a_line(turn: str) -> None:
    """Orders to do so are left out; a text of nothing else is empty."""
    assert clean(f"{turn}丸红 \u200fab{turn}") == "丸红 \u200fab"
    empty = text_problem(f" {turn} ", "name", limit=9)
    assert empty is not None
    assert empty.code == "empty"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("甲\n乙", "甲 乙"),
        (" 甲 \r\n\t 乙\u2028", "甲 乙"),
        ("甲\u2800", "甲"),
        ("\u3164甲\u200b乙", "甲乙"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_a_name_has_one_line_and_nothing_invisible(typed: str, kept: str) -> None:
    """Variants of a character and joiners stay; a note keeps its lines."""
    assert require_text(typed, "name", limit=120) == require_text(kept, "name", limit=120) == kept
    assert require_text("甲\n乙", "note", limit=20_000) == "甲\n乙"


@pytest.mark.parametrize(
    "blank", ["\u3164", "\u2800", "\u034f", "\u17b4", "\u115f", "\u200b", "\ufe0f", " \u2800\u3164\n"]
)
def test_what_is_not_seen_is_no_name(blank: str) -> None:
    """Text of invisible characters is empty."""
    with pytest.raises(InvalidInput, match="is empty"):
        require_text(blank, "name", limit=120)


@pytest.mark.parametrize(("one", "other"), [("丸红", "丸紅株式会社"), ("SKF", "SKA"), ("C++", "C")])
def test_other_names_have_other_keys(one: str, other: str) -> None:
    """What says something is kept."""
    assert comparison_key(one) != comparison_key(other)


@given(st.text(st.characters(categories=["L", "Nd", "Zs", "Pd", "Po"])))
def test_a_key_is_its_own_key(name: str) -> None:
    """Taking the key twice changes nothing, so a stored key and a typed one compare."""
    assert comparison_key(comparison_key(name)) == comparison_key(name)


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_part_of_a_name_is_found_by_its_key(head: str, tail: str) -> None:
    """The key of plain letters is a part of the key of the whole."""
    assert comparison_key("丸红") in comparison_key(f"{head} 丸红 {tail}")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "empty"),
        (" \t", "empty"),
        (5, "type"),
        (None, "type"),
        ("x" * 11, "too_long"),
        ("a\x00b", "encoding"),
        ("\ud800", "encoding"),
    ],
)
def test_what_is_no_text_is_said(value: object, code: str) -> None:
    """Empty, too long, of another type, or with characters that are no text: each is named."""
    wrong = text_problem(value, "name", limit=10)
    assert wrong is not None
    assert wrong.code == code
    with pytest.raises(InvalidInput):
        require_text(value, "name", limit=10)


def test_an_optional_text_may_be_missing() -> None:
    """None and blanks are fine where nothing is required."""
    assert text_problem(None, "note", limit=10, required=False) is None
    missing = text_problem(None, "reference", limit=10)
    assert missing is not None
    assert str(missing).startswith("reference is missing.")
    assert text_problem("  ", "note", limit=10, required=False) is None


def test_text_is_cleaned_once() -> None:
    """Line ends are unified, composed characters used, space around it dropped."""
    assert clean(" a\r\nb\rc  ") == "a\nb\nc"
    assert clean("Mu\u0308ller") == "Müller"


def credit_code(base: str = "91370100MA3CRMDM2") -> str:
    """Return a credit code that checks."""
    return base + str(uscc.calc_check_digit(base))


def test_a_credit_code_that_checks_is_taken() -> None:
    """Lower case and full width are the same code."""
    code = credit_code()
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert as_credit_code(f" {code.lower()} ") == as_credit_code(wide) == code


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_of_a_credit_code_is_noticed(place: int, character: str) -> None:
    """The check digit finds every single mistyped character (GB 32100-2015)."""
    code = credit_code()
    typed = code[:place] + character + code[place + 1 :]
    if typed == code:
        assert as_credit_code(typed) == code
    else:
        with pytest.raises(InvalidInput, match="uscc"):
            as_credit_code(typed)


@pytest.mark.parametrize("value", ["", "91370100", None, 913701000000000000, credit_code() + "0", "I" * 18])
def test_what_is_no_credit_code_is_refused(value: object) -> None:
    """Wrong lengths and characters are refused."""
    with pytest.raises(InvalidInput):
        as_credit_code(value)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("C36", "C36"),
        ("c3670", "C3670"),
        ("36", "C36"),
        ("3670", "C3670"),
        ("C", "C"),
        ("A01", "A01"),
        ("Ｃ３６", "C36"),
        ("97", "T97"),
        ("G59", "G59"),
        ("汽车制造业", "C36"),
        ("制造业", "C"),
        ("manufacture of automobiles", "C36"),
    ],
)
def test_an_industry_gets_its_section(typed: str, kept: str) -> None:
    """A division is enough; its section letter is added (GB/T 4754-2017)."""
    assert as_industry(typed) == kept


@pytest.mark.parametrize(
    ("typed", "codes"), [("软件", ["I ", "I65"]), ("教育", ["P ", "P83"]), ("automobile", ["C36"])]
)
def test_a_part_of_a_name_is_refused_with_the_codes_that_fit(typed: str, codes: list[str]) -> None:
    """So is a name that a section and a division share."""
    with pytest.raises(InvalidInput) as caught:
        as_industry(typed)
    assert all(code in str(caught.value) for code in codes)


@pytest.mark.parametrize("typed", ["", "A36", "C99", "00", "98", "Z", "C3", "C36700", "3 6", None, "car"])
def test_what_is_no_industry_is_refused(typed: object) -> None:
    """A division of another section, or none at all, is refused."""
    with pytest.raises(InvalidInput, match="4754"):
        as_industry(typed)


def test_a_country_is_two_letters() -> None:
    """Case and space do not matter."""
    assert as_country(" jp ") == "JP"


@pytest.mark.parametrize("typed", ["", "J", "JPX", "XX", "Atlantis", "欧洲", None])
def test_what_is_no_country_is_refused(typed: object) -> None:
    """Only officially assigned codes of ISO 3166-1 and names of countries are."""
    with pytest.raises(InvalidInput, match="not a country"):
        as_country(typed)


@pytest.mark.parametrize(
    ("typed", "codes"), [("刚果", ["CD", "CG"]), ("Congo", ["CD", "CG"]), ("马绍尔", ["MH"]), ("korea", None)]
)
def test_a_part_of_a_country_s_name_is_refused_with_the_codes_that_fit(typed: str, codes: list[str] | None) -> None:
    """Unless it is a usual short name."""
    if codes is None:
        assert as_country(typed) == "KR"
        return
    with pytest.raises(InvalidInput, match="these fit") as caught:
        as_country(typed)
    assert [fit.split()[0] for fit in str(caught.value.problems[0].params["fits"]).split("; ")] == codes


def test_a_uid_is_read_from_text() -> None:
    """A UUID and its text give the same uid."""
    uid = UUID(int=7)
    assert as_uid(uid) == as_uid(str(uid)) == as_uid(uid.hex) == uid


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (as_uid, "x"),
        (as_uid, 5),
        (as_sha256, "abc"),
        (as_sha256, "g" * 64),
        (lambda value: as_code(value, "code"), "no space"),
        (lambda value: as_code(value, "code"), ""),
        (lambda value: as_code(value, "code"), "-dash"),
        (lambda value: as_code(value, "code"), "x" * 41),
        (lambda value: as_code(value, "code"), 5),
    ],
)
def test_malformed_identifiers_are_refused(read: Callable[[Any], Any], value: Any) -> None:
    """Uids, sums and codes have their forms."""
    with pytest.raises(InvalidInput):
        read(value)


def test_codes_and_sums_are_kept_in_lower_case() -> None:
    """Capital letters give the same code."""
    assert as_code(" Tokyo.Desk ", "code") == "tokyo.desk"
    assert as_sha256("AB" * 32) == "ab" * 32


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.none(), max_size=5))
def test_a_digest_looks_at_content_alone(content: dict[str, Any]) -> None:
    """The order of the keys does not matter, any value does."""
    assert digest(content) == digest(dict(reversed(content.items())))
    assert digest(content) != digest({**content, "one more": 1})


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *[
            ("美国", "US"),
            ("USA", "US"),
            ("United States", "US"),
            ("英国", "GB"),
            ("UK", "GB"),
            ("韩国", "KR"),
            ("香港", "HK"),
        ],
        *[
            ("Hong Kong", "HK"),
            ("港", "HK"),
            ("germany", "DE"),
            ("德国", "DE"),
            ("日本", "JP"),
            ("ＪＰ", "JP"),
            (" fr ", "FR"),
            ("中国香港", "HK"),
            ("Republic of Korea", "KR"),
            ("英属维京群岛", "VG"),
            ("香港特別行政區", "HK"),
            ("Britain", "GB"),
            ("澳洲", "AU"),
            ("DEU", "DE"),
            ("jpn", "JP"),
        ],
    ],
)
def test_a_country_is_read_by_its_name(name: str, code: str) -> None:
    """In Chinese and in English; two letters are kept."""
    assert as_country(name) == code
