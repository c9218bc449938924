"""Names in four scripts: key without the legal form, form, place, and the tokens they are found by."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.values.naming.spelling import query, spell
from crm.values.text import comparison_key

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("丸紅株式会社", "丸红"),
        ("(株)丸紅", "丸紅㈱"),
        ("華潤雪花啤酒有限公司", "华润雪花啤酒"),
        ("三井物産株式会社", "三井物产"),
        ("山东重工股份有限公司", "山东重工有限责任公司"),
        ("주식회사 예시", "예시㈜"),
        ("Beispiel GmbH & Co. KG", "BEISPIEL"),
        ("Example Co., Ltd.", "ｅｘａｍｐｌｅ"),
        ("Example Holdings AG", "Example Holdings SE"),
    ],
)
def test_one_key(name: str, same: str) -> None:
    """Width, case, traditional characters and legal forms set no two names apart."""
    assert spell(name).key == spell(same).key


@pytest.mark.parametrize(
    ("name", "form"),
    [("丸紅株式会社", "jp.kk"), ("示例有限公司", "cn.llc"), ("示例股份有限公司", "cn.jsc"), ("Beispiel AG", "de.ag"), ("丸红", None)],
)  # fmt: skip
def test_the_form_is_known(name: str, form: str | None) -> None:
    """The legal form is returned beside the key."""
    assert spell(name).form == form


@pytest.mark.parametrize("name", ["有限公司", "株式会社", "AG", "GmbH & Co. KG", "㈱"])
def test_a_form_alone_is_a_name(name: str) -> None:
    """Nothing is eaten whole."""
    assert spell(name).key


def test_a_place_is_known_and_not_lost() -> None:
    """济南 stays in the key."""
    spelling = spell("济南高新发展有限公司")
    assert (spelling.place, spelling.key) == ("济南", "济南高新发展")


@given(TEXTS)
def test_any_text_will_do(name: str) -> None:
    """A key is never empty where the comparison key is not; composed and decomposed are one."""
    assert bool(spell(name).key) is bool(comparison_key(name))
    assert spell(unicodedata.normalize("NFD", name)).key == spell(unicodedata.normalize("NFC", name)).key


@given(st.text("丸红三井物产商事高新发展株式会社有限公司カナ한국", min_size=2, max_size=20), st.data())
def test_any_two_characters_find_a_name(name: str, data: st.DataObject) -> None:
    """Every pair of neighbours is among its tokens."""
    at = data.draw(st.integers(0, len(name) - 2))
    tokens = spell(name).tokens.split()
    for token, begins in query(name[at : at + 2]).tokens:
        assert any(held.startswith(token) if begins else held == token for held in tokens)


@given(st.lists(st.text("abcdefgxyz", min_size=1, max_size=9), min_size=1, max_size=4), st.data())
def test_any_beginning_of_a_word_finds_a_name(words: list[str], data: st.DataObject) -> None:
    """However short."""
    tokens = spell(" ".join(words)).tokens.split()
    word = data.draw(st.sampled_from(words))
    ((token, begins),) = query(word[: data.draw(st.integers(1, len(word)))]).tokens
    assert begins
    assert any(held.startswith(token) for held in tokens)
