"""Identifiers of companies: read in any spelling, checked, kept in one form."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm.cli.words import WORDS
from crm.errors import InvalidInput
from crm.models.investor import _THE_ONE
from crm.values.identifiers import COUNTRIES
from crm.values.registers.schemes import (
    SCHEMES,
    SINGLE,
    Identifier,
    IdentifierScheme,
    as_identifier,
    as_scheme,
    bare,
    named,
)

#: Numbers that check, by scheme; those of companies are public, that of a village's cooperative (N2) is made up.
VALID = {
    "uscc": ["91110000600037341L", "91110000600037341l", "9111 0000 6000 37341L", "N2330106MA0000001M"],
    "lei": ["213800KUD8LAJWSQ9D15", "2138-00kud8lajwsq9d15"],
    "jp_cn": ["5835678256246", "5-8356-7825-6246"],
    "de_hr": ["Aachen HRA 11223", "HRA 11223 Aachen", "Amtsgericht Aachen, HRA 11223", "aachen hra11223"],
    "kr_brn": ["134-86-72683", "1348672683", "116 82 00276"],
    "eu_vat": ["FR 61 954 506 077", "BE697449992", "ATU 57194903", "EL094259216", "GR 094259216"],
    "hk_brn": ["12345678", "C0012345", "f 0001234"],
}


def wide(text: str) -> str:
    """Return a text in full width."""
    return "".join(
        chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else "\u3000" if letter == " " else letter for letter in text
    )


@pytest.mark.parametrize(("scheme", "text"), [(scheme, text) for scheme, texts in VALID.items() for text in texts])
def test_any_spelling_is_read(scheme: str, text: str) -> None:
    """Full width, lower case, spaces and dashes do not matter; what is kept and what is shown are read as the same."""
    read = as_identifier((scheme, text))
    assert read.scheme == scheme
    for again in ((scheme, wide(text)), (scheme, f"  {text}\u200b "), f"{scheme}:{text}", f"{scheme.upper()}：{text}",
                  (scheme, read.value), (scheme, read.shown), str(read)):  # fmt: skip
        assert as_identifier(again) == read
    assert as_identifier(read) is read
    if SCHEMES[scheme].checked:
        assert named(text) == named(wide(text)) == as_identifier(text) == read


@pytest.mark.parametrize(
    ("scheme", "text", "codes"),
    [
        ("uscc", "91110000600037341M", {"check_digit"}),
        ("uscc", "A1110000600037341L", {"check_digit"}),
        ("uscc", "94110000600037341L", {"part"}),
        ("uscc", "Y2110000600037341L", {"part"}),
        ("uscc", "9111A000600037341L", {"part"}),
        ("uscc", "11010519491231002X", {"personal"}),
        ("uscc", "12345", {"length"}),
        ("uscc", "9111000060003734IO1", {"characters", "length"}),
        ("lei", "213800KUD8LXJWSQ9D15", {"check_digit"}),
        ("lei", "213800KUD8LAJWSQ9DA5", {"part"}),
        ("lei", "213800", {"length"}),
        ("lei", "213800KUD8LAJWSQ9D1é", {"characters"}),
        ("jp_cn", "2835678256246", {"check_digit"}),
        ("jp_cn", "583567825624", {"length"}),
        ("jp_cn", "५835678256246", {"characters"}),
        ("de_hr", "Aachen HRC 44123", {"form"}),
        ("de_hr", "Paris HRB 44123", {"court"}),
        ("de_hr", "HRB 44123", {"form"}),
        ("de_hr", "Aachen HRB 0", {"form"}),
        ("kr_brn", "134-86-72684", {"check_digit"}),
        ("kr_brn", "123456789", {"length"}),
        ("kr_brn", "000-86-72683", {"part"}),
        ("eu_vat", "US123456789", {"state"}),
        ("eu_vat", "DE136695977", {"check_digit"}),
        ("eu_vat", "DE13669597é", {"part"}),
        ("hk_brn", "1234567", {"length"}),
        ("hk_brn", "1234567A", {"part"}),
        ("hk_brn", "CF123456", {"part"}),
        ("hk_brn", "1234567é", {"characters"}),
        *((scheme, text, {code}) for scheme in SCHEMES for text, code in (("", "empty"), (" \u3000", "empty"), ("9" * 200, "too_long"))),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(scheme: str, text: str, codes: set[str]) -> None:
    """Length, characters, check digit, court: all that is wrong, with an example of what is right."""
    with pytest.raises(InvalidInput) as refusal:
        as_identifier((scheme, text))
    assert {problem.code for problem in refusal.value.problems} == codes
    for problem in refusal.value.problems:
        assert SCHEMES[scheme].show(SCHEMES[scheme].example) in str(problem)


@pytest.mark.parametrize("value", [None, 7, 1.5, True, b"x", ("uscc",), ("uscc", None), ("uscc", True), ("uscc", 1.5), [],
                                   ("xx", "1"), "xx:1", "12345678", "丸红", "", ":", "uscc:", "\ud800", ("uscc", "\ud800")])  # fmt: skip
def test_what_is_no_identifier_is_refused(value: Any) -> None:
    """Other types, unknown schemes, names, and numbers that say nothing by themselves."""
    with pytest.raises(InvalidInput) as refusal:
        as_identifier(value)
    assert str(refusal.value)


def test_a_number_may_be_a_number() -> None:
    """Digits need no quotes."""
    assert as_identifier(("jp_cn", 5835678256246)).value == "5835678256246"  # type: ignore[arg-type,unused-ignore]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("HRB 12345 Bad Homburg", "Bad Homburg v.d.H. HRB 12345"),
        ("HRB 12345 B, Berlin", "Berlin (Charlottenburg) HRB 12345 B"),
        ("Berlin HRB 12345 b", "Berlin (Charlottenburg) HRB 12345 B"),
        ("HRB 5 Ulm", "Ulm HRB 5"),
        ("AG Muenchen HRB 1", "München HRB 1"),
        ("Giessen HRB 1", "Gießen HRB 1"),
        ("gnr 12 Frankfurt/Oder", "Frankfurt/Oder GnR 12"),
    ],
)
def test_a_german_number_has_its_court_first(text: str, kept: str) -> None:
    """However it is typed, with or without umlauts; "Bad" is no part of the number."""
    assert as_identifier(("de_hr", text)).value == kept


@given(st.sampled_from(sorted(SCHEMES)), st.data())
def test_the_compact_form_is_a_fixed_point(scheme: str, data: st.DataObject) -> None:
    """What is kept is read as itself, whatever was typed: drawn at random, and from near what checks."""
    example = SCHEMES[scheme].example
    typed = data.draw(
        st.text(max_size=30)
        | st.text("0123456789ABCDEFGHRXY -", max_size=24)
        | st.tuples(st.integers(0, len(example)), st.text("0123456789ABCXYÖ ,-", max_size=2)).map(
            lambda cut: example[: cut[0]] + cut[1] + example[cut[0] + len(cut[1]) :]
        )
    )
    try:
        read = as_identifier((scheme, typed))
    except InvalidInput:
        return
    assert as_identifier((scheme, read.value)) == as_identifier((scheme, read.shown)) == read
    assert as_identifier(str(read)) == read
    assert as_identifier((scheme, wide(typed))) == read
    assert len(read.value) <= 64


@given(st.text(max_size=60))
def test_a_name_is_seldom_an_identifier_and_never_an_error(text: str) -> None:
    """Any text may be asked; only one that begins with a scheme is refused."""
    assume(text.strip().partition(":")[0].strip().lower() not in SCHEMES)
    try:
        found = named(text)
    except InvalidInput:
        assert ":" in text or "：" in text
        return
    assert found is None or as_identifier((found.scheme, text)) == found


@given(st.sampled_from(["uscc", "jp_cn", "kr_brn", "lei"]), st.integers(0, 19), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_noticed(scheme: str, place: int, digit: str) -> None:
    """The check digit finds nearly every slip: all but a nine for a nought in a Japanese number, and the tens of a Korean one."""
    right = SCHEMES[scheme].example
    assume(place < len(right) and right[place].isdigit() and right[place] != digit)
    assume(scheme != "jp_cn" or {right[place], digit} != {"0", "9"})
    with pytest.raises(InvalidInput):
        as_identifier((scheme, right[:place] + digit + right[place + 1 :]))


def test_the_schemes_themselves() -> None:
    """Each has an example that checks, a country that is one, and a word; the index knows of which a company has one."""
    assert list(SCHEMES) == [scheme.value for scheme in IdentifierScheme] == list(WORDS["scheme"])
    for code, scheme in SCHEMES.items():
        assert scheme.read(scheme.example) == scheme.example
        assert bare(scheme.example) == ((Identifier(scheme.code, scheme.example),) if scheme.checked else ())
        assert scheme.country is None or scheme.country in COUNTRIES
        assert WORDS["scheme"][code] == scheme.label
        assert as_scheme(code.upper()) is scheme.code
        assert (f"'{code}'" in str(_THE_ONE)) == scheme.single == (scheme.code in SINGLE)


def lei_remainder(number: str) -> int:
    """ISO 17442-1:2020, annex A, by ISO/IEC 7064 MOD 97-10: letters are 10 to 35; of a valid number 1 remains."""
    return int("".join(str(int(character, 36)) for character in number)) % 97


def japanese_digit(base: str) -> int:
    """Ordinance of the Ministry of Finance No. 70 of 2014, article 2: from the right the weights are 1, 2, 1, 2 …."""
    return 9 - sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(base))) % 9


#: Numbers in use, and where they stand in public. Each was looked up; none is written from memory.
PUBLISHED = [
    # A worked example of the algorithm; an institution, a company, a person in business, in the tests of python-stdnum.
    ("uscc", "91350100M000100Y43"),
    ("uscc", "121200004013590816"),
    ("uscc", "91110000710926094P"),
    ("uscc", "92340602MA2PBMEM24"),
    # Foundations, private non-enterprises and companies, in the tests of uscc-utils.
    ("uscc", "531000005000160090"),
    ("uscc", "52410000663412719U"),
    ("uscc", "91370000728611939A"),
    ("uscc", "91110108551385082Q"),
    # The examples of the code's structure in encyclopaedias; the last in the tests of python-stdnum.
    ("lei", "54930084UKLVMY22DS16"),
    ("lei", "213800WSGIIZCXF1P572"),
    ("lei", "5493000IBP32UQZ0KL24"),
    ("lei", "2138001CY61HDFJ5ZA27"),
    # The National Tax Agency, the National Diet Library, the federation of tax accountants, a car maker, as the Agency publishes them.
    ("jp_cn", "7000012050002"),
    ("jp_cn", "1000011000005"),
    ("jp_cn", "7010705000725"),
    ("jp_cn", "1180301018771"),
    # As companies publish them on their pages and in filings; the last in the tests of python-stdnum.
    ("kr_brn", "124-81-00998"),
    ("kr_brn", "220-81-62517"),
    ("kr_brn", "211-86-08983"),
    # In the tests of python-stdnum, "found online".
    ("eu_vat", "DE136308783"),
    ("eu_vat", "FR83404833048"),
    ("eu_vat", "NL4495445B01"),
    ("eu_vat", "IT00743110157"),
    ("eu_vat", "ATU13585627"),
    ("eu_vat", "BE0428759497"),
]


@pytest.mark.parametrize(("scheme", "number"), PUBLISHED)
def test_a_number_of_the_register_is_read_and_no_other_check_digit(scheme: str, number: str) -> None:
    """Each published number is read; with any other last digit, or first one in Japan, it is refused."""
    kept = as_identifier((scheme, number)).value
    place = 0 if scheme == "jp_cn" else -1
    for digit in "0123456789" if scheme != "eu_vat" else "":  # some member states have no check digit at the end
        other = kept[:place] + digit + (kept[place + 1 :] if place == 0 else "")
        if other != kept:
            with pytest.raises(InvalidInput):
                as_identifier((scheme, other))
    assert scheme != "lei" or lei_remainder(kept) == 1
    assert scheme != "jp_cn" or japanese_digit(kept[1:]) == int(kept[0])


def test_the_check_digits_of_published_examples() -> None:
    """The example of the procedure of ISO/IEC 7064 MOD 97-10 (12 CFR part 1003, appendix C): 38; of article 2: 7."""
    combined = "10BX939C5543TQA1144M999143X"
    assert 98 - lei_remainder(f"{combined}00") == 38
    assert lei_remainder(f"{combined}38") == 1
    assert japanese_digit("123456789012") == 7
    assert japanese_digit("000012050002") == 7


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Berlin HRB 87447 B", "Berlin (Charlottenburg) HRB 87447 B"),
        ("HRB 151080 B, Charlottenburg", "Berlin (Charlottenburg) HRB 151080 B"),
        ("Lübeck   HRB   12065  HL", "Lübeck HRB 12065 HL"),
        ("Fürth, HRB 7754", "Fürth HRB 7754"),
        ("HRA 350654, Mannheim", "Mannheim HRA 350654"),
        ("Oldenburg (Oldenburg)   HRB   201016", "Oldenburg (Oldenburg) HRB 201016"),
        ("Straubing PR 8", "Straubing PR 8"),
        ("Pinneberg GNR 1 IZ", "Pinneberg GnR 1 IZ"),
    ],
)
def test_published_german_numbers(typed: str, kept: str) -> None:
    """Of each register, with and without letters of the former court: from the tests of python-stdnum."""
    assert as_identifier(("de_hr", typed)).value == kept


@given(st.text("0123456789", min_size=12, max_size=12))
def test_the_check_digit_of_japan_is_that_of_the_ordinance(base: str) -> None:
    """Article 2 gives the one digit from 1 to 9 that is accepted before any base number."""
    digit = japanese_digit(base)
    assert 1 <= digit <= 9
    assert as_identifier(("jp_cn", f"{digit}{base}")).value == f"{digit}{base}"


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=18, max_size=18))
def test_the_check_digits_of_an_lei_are_those_of_the_standard(base: str) -> None:
    """98 less the remainder of the number followed by 00, in two digits."""
    number = f"{base}{98 - lei_remainder(f'{base}00'):02d}"
    assert as_identifier(("lei", number)).value == number
