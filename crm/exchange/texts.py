"""Text files: read within bounds, and decoded in the encoding that they have.

A byte order mark or valid UTF-8 decides. Otherwise each encoding that decodes every byte is scored by how usual its
characters are in the languages it is used for. An encoding that fails on a single byte is out. Two that are about
equally likely are refused by name, because a guess would store wrong names.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from math import log
from pathlib import Path
from typing import IO

from attrs import frozen

from crm.errors import N_, InvalidInput, problem
from crm.exchange.frequent import CHINESE, JAPANESE, KOREAN, PUNCTUATION, WESTERN
from crm.refusals import not_one_of, too_large, unreadable
from crm.values.written.simplified import SIMPLIFIED

#: The maximum size; a larger file was probably chosen by mistake.
MOST_BYTES = 200_000_000
_CHUNK = 1 << 20
#: How much of a file is scored. All of it is decoded.
_SAMPLE = 1 << 18

#: The encodings that can be named, by what people call them: Python's codec.
ENCODINGS: Mapping[str, str] = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "gb18030": "gb18030",
    "shift-jis": "cp932",
    "euc-kr": "cp949",
    "euc-jp": "euc_jp",
    "big5": "cp950",
    "windows-1252": "cp1252",
}
_ALIASES = {
    **dict.fromkeys(("utf8", "utf-8-sig", "utf8-bom"), "utf-8"),
    **dict.fromkeys(("gbk", "gb2312", "cp936", "ansi"), "gb18030"),
    **dict.fromkeys(("shift_jis", "sjis", "cp932", "windows-31j"), "shift-jis"),
    **dict.fromkeys(("euc_kr", "euckr", "cp949", "uhc"), "euc-kr"),
    **dict.fromkeys(("euc_jp", "eucjp"), "euc-jp"),
    **dict.fromkeys(("cp950", "big5-hkscs"), "big5"),
    **dict.fromkeys(("cp1252", "latin-1", "iso-8859-1"), "windows-1252"),
    **dict.fromkeys(("utf16", "unicode"), "utf-16"),
}
#: Tried where there is no byte order mark and the text is not UTF-8, and what it is written in.
_LANGUAGES: Mapping[str, str] = {
    "gb18030": "zh",
    "shift-jis": "ja",
    "euc-kr": "ko",
    "euc-jp": "ja",
    "big5": "zh-Hant",
    "windows-1252": "latin",
}
#: How much less likely an encoding is before anything is read, as a natural logarithm.
_UNUSUAL = {"euc-jp": 6.0, "big5": 2.0, "windows-1252": 2.0}
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: The odds, as a natural logarithm, by which the likeliest encoding must lead: about a thousand to one.
_LEAD = 7.0
#: More characters than this, each less likely than that on average, are no text in any of the languages.
_FEW, _UNLIKELY = 16, log(2e-5)
#: How much an expected word counts, such as a heading that people use.
_WORD = 6.0
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_HIGH = re.compile("[^\x00-\x7f]+")


@frozen
class Decoding:
    """How a file is decoded.

    Attributes:
        name: The encoding, as ``--encoding`` takes it.
        codec: Python's codec.
    """

    name: str
    codec: str


def named(encoding: str) -> Decoding:
    """Return the encoding that a person names.

    Raises:
        InvalidInput: There is none of that name.
    """
    name = encoding.strip().casefold()
    name = _ALIASES.get(name, name)
    if name not in ENCODINGS:
        raise InvalidInput(not_one_of(encoding, ENCODINGS, "encoding"))
    return Decoding(name, ENCODINGS[name])


def read_bytes(file: Path, most: int = MOST_BYTES, way_out: str = N_("Name a file that you can read.")) -> bytes:
    """Return a file's content; no more of it is read than it may have.

    Raises:
        InvalidInput: It cannot be read, or is too large.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(most + 1)
    except (OSError, ValueError) as error:  # of a name that no file can have
        raise InvalidInput(unreadable(file, error, way_out, field="file", code="file")) from error
    if len(content) > most:
        raise InvalidInput(too_large(most))
    return content


def decoded(content: bytes | str, *, encoding: str | None = None, expected: Collection[str] = ()) -> str:
    """Return a file's text, without a byte order mark.

    Args:
        content: Its bytes, or its text.
        encoding: What it is in, where a person says so.
        expected: Words that make an encoding likelier if its text has them.

    Raises:
        InvalidInput: It is too large, is no text in a known encoding, or may be in several.
    """
    if len(content) > MOST_BYTES:
        raise InvalidInput(too_large(MOST_BYTES))
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    if not encoding and (plain := _in_utf_8(content)) is not None:
        return plain
    found = named(encoding) if encoding else decoding_of([content], expected=expected)
    try:
        text = content.decode(found.codec)
    except UnicodeDecodeError as error:
        raise not_in(found) from error
    return text.removeprefix("\ufeff")


def _in_utf_8(content: bytes) -> str | None:
    """Return the text of a file in UTF-8, as most are, without a look at other encodings; None of any other."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def not_in(decoding: Decoding) -> InvalidInput:
    """Return the refusal of bytes that an encoding does not have."""
    return InvalidInput(
        problem(
            N_("The file is not text in {encoding}."),
            N_("Name another encoding, or save it as CSV in UTF-8."),
            field="encoding",
            code="encoding",
            encoding=decoding.name,
        )
    )


def chunks(stream: IO[bytes], most: int = MOST_BYTES) -> Iterator[bytes]:
    """Yield the content of an open file in parts.

    Raises:
        InvalidInput: It is too large.
    """
    total = 0
    while chunk := stream.read(_CHUNK):
        total += len(chunk)
        if total > most:
            raise InvalidInput(too_large(most))
        yield chunk


def decoding_of(content: Iterable[bytes], *, expected: Collection[str] = ()) -> Decoding:
    """Return the encoding of a file.

    Args:
        content: All of its bytes, in parts.
        expected: Words that make an encoding likelier if its text has them.

    Raises:
        InvalidInput: It is no text in a known encoding, or two fit about equally well.
    """
    parts = iter(content)
    first = next(parts, b"")
    marked = next((name for mark, name in _MARKS if first.startswith(mark)), None)
    if marked is not None:
        candidates: tuple[str, ...] = (marked,)
    elif b"\x00" in first[:_SAMPLE]:
        candidates = ("utf-16-le", "utf-16-be")
    else:
        candidates = ("utf-8", *_LANGUAGES)
    left = {name: _Candidate(ENCODINGS[name]) for name in candidates}
    part, rest = first, True
    while rest and left:
        following = next(parts, None)
        rest = following is not None
        for name in tuple(left):
            if not left[name].takes(part, final=not rest):
                del left[name]
        part = following or b""
    found = _likeliest({name: candidate.text for name, candidate in left.items()}, expected)
    return Decoding(found, ENCODINGS[found])


class _Candidate:
    """An encoding that has decoded everything so far."""

    def __init__(self, codec: str) -> None:
        self._decoder = codecs.getincrementaldecoder(codec)("strict")
        self.text = ""

    def takes(self, part: bytes, *, final: bool) -> bool:
        """Return whether the next part can be decoded too, without control characters in the sample."""
        try:
            text = self._decoder.decode(part, final)
        except UnicodeDecodeError:
            return False
        if "\x00" in text:
            return False
        if len(self.text) < _SAMPLE:
            self.text += text[: _SAMPLE - len(self.text)]
            return _CONTROLS.search(self.text) is None
        return True


def _likeliest(texts: Mapping[str, str], expected: Collection[str]) -> str:
    """Return the encoding whose text is the likeliest one.

    Raises:
        InvalidInput: There is none, or there are several.
    """
    if "utf-8" in texts:  # nothing else is valid UTF-8 by accident, but for a few bytes
        return "utf-8"
    if not texts:
        raise _no_text()
    scores = sorted(
        ((_score(text, _LANGUAGES.get(name), expected) - _UNUSUAL.get(name, 0), name) for name, text in texts.items()),
        reverse=True,
    )
    best, name = scores[0]
    strange = sum(character > "\x7f" for character in texts[name])
    if strange > _FEW and best < strange * _UNLIKELY:
        raise _no_text()
    second, other = scores[1] if len(scores) > 1 else (best - 2 * _LEAD, name)
    if best - second < _LEAD and texts[name] != texts[other]:
        raise InvalidInput(
            problem(
                N_("The file may be in {encoding} ({text}) or in {other} ({other_text})."),
                N_("Name the encoding: --encoding {encoding}, or --encoding {other}."),
                field="encoding",
                code="encodings",
                encoding=name,
                other=other,
                text=_shown(texts[name]),
                other_text=_shown(texts[other]),
            )
        )
    return name


def _no_text() -> InvalidInput:
    return InvalidInput(
        problem(
            N_("The file is not text in an encoding that is read here: {known}."),
            N_("Save it as CSV in UTF-8."),
            field="file",
            code="encoding",
            known=", ".join(ENCODINGS),
        )
    )


def _shown(text: str) -> str:
    found = _HIGH.search(text)
    return "" if found is None else found[0][:12]


def _score(text: str, language: str | None, expected: Collection[str]) -> float:
    """Return the logarithm of how likely the characters of a text are in a language; ASCII counts nothing."""
    counts = Counter(character for character in text if character > "\x7f")
    languages = (language,) if language else ("zh", "ja", "ko", "latin")
    score = max(sum(number * _weight(character, name) for character, number in counts.items()) for name in languages)
    if language == "latin":  # European letters stand alone between others
        score -= 4 * sum(len(run) - 1 for run in _HIGH.findall(text))
    return score + _WORD * sum(word in text for word in expected if not word.isascii())


@cache
def _weight(character: str, language: str) -> float:
    """Return the logarithm of how likely a character is in a language."""
    frequent, usual, rare = _scripts(language)
    if character in frequent:
        return log(0.6 / len(frequent))
    if character in PUNCTUATION and language != "latin":
        return log(0.08 / len(PUNCTUATION))
    if any(low <= character <= high for low, high in _KANA):
        return log(0.4 / 170) if language == "ja" else log(1e-6)
    if language == "latin":
        return log(1e-5)
    codec, levels = usual
    try:
        encoded = character.encode(codec)
    except UnicodeEncodeError:
        return log(1e-9) if "\ue000" <= character <= "\uf8ff" else log(rare)
    lead = encoded[0] if len(encoded) > 1 else 0
    return next((log(weight) for low, high, weight in levels if low <= lead <= high), log(rare))


#: Hiragana and katakana; the half-width ones are as rare as anything in a table made today.
_KANA = (("\u3041", "\u30fe"),)


@cache
def _scripts(language: str) -> tuple[frozenset[str], tuple[str, tuple[tuple[int, int, float], ...]], float]:
    """Return the frequent characters of a language, a codec with the likelihood of its lead bytes, and of the rest."""
    if language == "zh":
        return frozenset(CHINESE), ("gb2312", ((0xB0, 0xD7, 0.3 / 3755), (0xD8, 0xF7, 0.02 / 3008))), 1e-7
    if language == "zh-Hant":
        simple = frozenset(CHINESE)
        traditional = frozenset(chr(old) for old, new in SIMPLIFIED.items() if chr(_code(new)) in simple)
        unchanged = frozenset(character for character in simple if ord(character) not in SIMPLIFIED)
        return traditional | unchanged, ("big5", ((0xA4, 0xC6, 0.3 / 5401), (0xC9, 0xF9, 0.01 / 7652))), 1e-7
    if language == "ja":
        return frozenset(JAPANESE), ("shift_jis", ((0x88, 0x97, 0.15 / 2965), (0x98, 0xEA, 0.01 / 3390))), 1e-6
    if language == "ko":
        return frozenset(KOREAN), ("euc_kr", ((0xB0, 0xC8, 0.3 / 2350), (0xCA, 0xFD, 0.01 / 4888))), 1e-7
    return frozenset(WESTERN), ("ascii", ()), 1e-5


def _code(value: int | str | None) -> int:
    return ord(value) if isinstance(value, str) and len(value) == 1 else value if isinstance(value, int) else 0
