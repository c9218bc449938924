"""Text files in the encodings of four languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import InvalidInput
from crm.exchange.texts import ENCODINGS, decoded, decoding_of, named, read_bytes
from tests.tiers import examples

pytestmark = pytest.mark.portable

_TEXTS = {
    "gb18030": [
        "企业名称,国别\n丸红株式会社,日本\n",
        "张三\n",
        "济南市高新区",
        "韩国三星电子,韩国",
        "投资额（万美元）,备注\n120,约\n",
    ],
    "shift-jis": ["会社名,国\n丸紅株式会社,日本\n", "担当者,役職\n山田太郎,部長\n", "トヨタ自動車\n", "三井物産,東京"],
    "euc-kr": ["회사명,국가\n예시정밀,한국\n", "담당자,직책\n김철수,부장\n", "삼성전자\n"],
    "big5": ["企業名稱,國別\n香港示例控股,香港\n", "聯絡人,職務\n陳大文,經理\n"],
    "windows-1252": ["Firma,Land\nMüller GmbH,Österreich\n", "Société,Montant\nCafé Crème,3\n"],
    "euc-jp": ["会社名,国\nトヨタ自動車,日本\n"],
}


@pytest.mark.parametrize(("encoding", "text"), [(name, text) for name, texts in _TEXTS.items() for text in texts])
def test_an_encoding_is_found_by_its_characters(encoding: str, text: str) -> None:
    """A few words are enough, in each of the languages."""
    content = text.encode(ENCODINGS[encoding])
    assert decoding_of([content]).name == encoding
    assert decoded(content) == text
    # It does not matter where the file is cut while it is read.
    assert decoding_of([content[:5], content[5:6], content[6:]]).name == encoding


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_found_with_and_without_a_byte_order_mark(codec: str) -> None:
    """The mark is no part of the text."""
    assert decoded("企业名称,国别\n示例,日本\n".encode(codec)) == "企业名称,国别\n示例,日本\n"
    assert decoded("Name,Country\nExample,Japan\n".encode(codec)) == "Name,Country\nExample,Japan\n"


def test_two_likely_encodings_are_refused_by_name() -> None:
    """The refusal shows both texts; words that are expected, or a named encoding, decide."""
    content = "名称,金额\n凯傲,3\n".encode("gb18030")
    assert decoded(content, expected=["金额"]) == "名称,金额\n凯傲,3\n"
    content = "啊".encode("gb18030")
    with pytest.raises(InvalidInput) as refused:
        decoded(content)
    problem = refused.value.problems[0]
    assert problem.code == "encodings"
    assert problem.params["encoding"] in str(problem)
    assert problem.params["other"] in str(problem)
    assert decoded(content, encoding="GBK") == "啊"


def test_one_byte_that_an_encoding_lacks_excludes_it() -> None:
    """Nothing is replaced or left out."""
    content = "企业名称\n".encode("gb18030") + b"\xff\n"
    with pytest.raises(InvalidInput, match="gb18030"):
        decoded(content, encoding="gb18030")
    with pytest.raises(InvalidInput, match="euc-kr"):
        decoded(content + bytes(range(256)) * 4)


def test_an_unknown_encoding_is_refused_with_those_there_are() -> None:
    """Names that people use are known."""
    assert named("SJIS").name == "shift-jis"
    assert named("gbk").name == "gb18030"
    with pytest.raises(InvalidInput, match="euc-kr"):
        named("ebcdic")


def test_no_more_of_a_file_is_read_than_it_may_have(tmp_path: Path) -> None:
    """Neither is a folder."""
    file = tmp_path / "file"
    file.write_bytes(b"a" * 100)
    assert read_bytes(file, 100) == b"a" * 100
    with pytest.raises(InvalidInput, match="larger"):
        read_bytes(file, 99)
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_bytes(tmp_path)


@examples(100)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40))
def test_utf_8_comes_back_as_it_was(text: str) -> None:
    """No text in UTF-8 is taken for another encoding."""
    assert decoded(text.encode()) == text.removeprefix("\ufeff")
