"""Whether two names may belong to the same company, and why. The decision is left to a person.

There are four reasons, strongest first: the same identifier, the same comparison key, the same key with another legal
form (Example AG, Example GmbH), a similar key. Similar is one of

- the same words in another order, in the plural, with or without a place (济南, China) or a generic word (集团);

- one edit - a letter added, removed, changed, or two swapped - or, in a Latin core of eight letters or more, two edits
if the first or the last half is unchanged. A CJK core needs six characters for this.

Distinguishing words are compared first and must be equal: the line of business (发展, Holdings), numerals and ordinals
(一厂, Fund II), directions (东, North), and places if both names have one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from attrs import frozen

from crm.values.naming.words import UNSPECIFIC


class Reason(StrEnum):
    """Why two records may be the same company."""

    IDENTIFIER = "identifier"
    KEY = "key"
    FORM = "form"
    NEAR = "near"


@frozen
class Likeness:
    """The similarity of two names.

    Attributes:
        reason: The strongest reason.
        score: 0 to 100; 100 for the same key.
    """

    reason: Reason
    score: int


@frozen
class Features:
    """The parts by which a name is compared.

    Attributes:
        key: Its comparison key, without the legal form.
        core: What is left of it without place, business, legal form; in the order it is written.
        swap: The core's words in alphabetical order, in the singular.
        marks: Business words, numerals and directions: names that differ in them are two companies.
        places: The places it names.
        edits: So many edits may separate it from a near one: 0, 1 or 2.
        longest: The longest Latin word of the core.
        form: Code of the legal form.
        words: The Latin words of the core.
    """

    key: str
    core: str
    swap: str
    marks: tuple[str, ...]
    places: frozenset[str]
    edits: int
    longest: str = ""
    form: str | None = None
    words: tuple[str, ...] = ()


#: The minimum length of a core with two allowed edits (Latin), or one (Latin, CJK).
_TWO, _ONE, _ONE_CJK, _LEAST_KEY = 8, 5, 6, 8


def features(text: str, key: str, form: str | None = None) -> Features:
    """Return the features of the name *text*, with this key and form."""
    from crm.rules.investors.name_cores import CJK, core_of_cjk, core_of_latin, singular

    han = "" if key.isascii() else "".join(CJK.findall(key))
    marks: list[str] = []
    places: set[str] = set()
    if han:
        han = core_of_cjk(han, marks, places)
    latin = core_of_latin(text, marks, places, alone=not han)
    core = "".join(latin) + han
    edits = _edits(core, key, cjk=bool(han))
    swap = "".join(sorted(map(singular, latin))) + han
    return Features(
        key,
        core,
        core if swap == core else swap,  # one text in memory, where a million are read
        tuple(sorted(marks)),
        frozenset(places),
        edits,
        max(latin, key=len, default=""),
        form,
        tuple(latin),
    )


def _edits(core: str, key: str, *, cjk: bool) -> int:
    if cjk:
        return int(len(core) >= _ONE_CJK)
    return 2 if len(core) >= _TWO else int(len(core) >= _ONE and len(key) >= _LEAST_KEY)


def compare(one: Features, other: Features) -> Likeness | None:
    """Return the similarity of two names, or None if they differ."""
    if one.key == other.key:
        return Likeness(Reason.KEY, 100) if forms_agree(one.form, other.form) else Likeness(Reason.FORM, 98)
    if one.marks != other.marks or not (one.places <= other.places or other.places <= one.places):
        return None
    if one.swap == other.swap:
        return Likeness(Reason.NEAR, 96 if one.places == other.places else 92)
    most = min(one.edits, other.edits)
    if not most or not _shares_half(one.core, other.core):
        return None
    from rapidfuzz.distance import OSA

    distance = OSA.distance(one.core, other.core, score_cutoff=most)
    if distance > most:
        return None
    longest = max(len(one.core), len(other.core))
    return Likeness(Reason.NEAR, round(95 * (1 - distance / longest)) - (one.places != other.places) * 3)


def told_apart(score: int) -> int:
    """Return the score of a pair with different numbers in a single scheme: half of it."""
    return score // 2


def forms_agree(one: str | None, other: str | None) -> bool:
    """Return whether two legal forms may be the same: equal, or one of them not stated."""
    return one == other or one is None or other is None or one in UNSPECIFIC or other in UNSPECIFIC


Token = tuple[str, bool]


def probes(name: Features) -> tuple[tuple[tuple[Token, ...], ...], tuple[tuple[Token, ...], ...]]:
    """Return groups of tokens that a similar name nearly always has: those of the core, then looser ones.

    The looser ones are the first half of the core, the last half, and the longest word, which a typing error leaves
    intact. The line of business must be equal, so it narrows each group.

    Returns:
        Groups of (token, whether it need only begin so), as in :class:`crm.values.naming.spelling.Query`.
    """
    from crm.rules.investors.name_cores import CJK

    length = len(name.core)
    half = _half(length)
    latin = "".join(name.words)
    marks = tuple(dict.fromkeys(pair for mark in name.marks if CJK.match(mark) for pair in _pairs(mark)))
    core = _tokens(name, 0, length)
    loose = [_tokens(name, 0, half), _tokens(name, length - half, length), ((_stem(name.longest), True),)]
    if len(name.words) > 1:
        loose.append(((latin[:half], True),))
    telling = [group for group in loose if group != core and any(_tells(token) for token in group)]
    narrow = {(*(token for token in group if _tells(token)), *marks): None for group in telling}
    return (((*core, *marks),) if any(map(_tells, core)) else ()), tuple(narrow)


def _tells(token: Token) -> bool:
    return len(token[0]) > (2 if token[1] else 1)


def _pairs(text: str) -> list[Token]:
    return [(text[at : at + 2], False) for at in range(len(text) - 1)]


def _stem(word: str) -> str:
    """Return the common beginning of a word and its plural."""
    if len(word) < _ONE:
        return word
    return word[:-3] if word.endswith("ies") else word[:-1] if word.endswith(("s", "y")) else word


def _tokens(name: Features, start: int, end: int) -> tuple[Token, ...]:
    """Return the search tokens of a part of the core."""
    from crm.values.naming.parts import backwards

    found: list[Token] = []
    at = 0
    for word in name.words:
        first, last = max(start - at, 0), min(end - at, len(word))
        if first < last:
            whole = _stem(word) if last == len(word) else word[:last]
            found.append((backwards(word[first:]) if first else whole, True))
        at += len(word)
    # Parts removed or changed in the core would give character pairs that no name has.
    return (*found, *(pair for pair in _pairs(name.core[max(start, at) : end]) if pair[0] in name.key))


def near_pairs(names: Sequence[Features]) -> Iterator[tuple[int, int, Likeness]]:
    """Yield the positions, smaller first, of every two similar names, as comparing all pairs would.

    A similar pair shares its swap, or its marks and the first or last half of its core; only such pairs are compared.
    """
    seen: set[tuple[int, int]] = set()
    for first, second in _candidates(names):
        pair = (first, second) if first < second else (second, first)
        if pair in seen:
            continue
        likeness = compare(names[first], names[second])
        if likeness is not None and likeness.reason is Reason.NEAR:
            seen.add(pair)
            yield (*pair, likeness)


def _candidates(names: Sequence[Features]) -> Iterator[tuple[int, int]]:
    swaps: dict[tuple[tuple[str, ...], str], list[int]] = {}
    lengths: dict[int, list[int]] = {}
    for index, name in enumerate(names):
        swaps.setdefault((name.marks, name.swap), []).append(index)
        if name.edits:
            lengths.setdefault(len(name.core), []).append(index)
    for block in swaps.values():
        yield from _all(block)
    swaps.clear()
    for length in sorted(lengths):
        for head in (True, False):
            blocks = _blocks(names, lengths[length], _half(length), head=head)
            for block in blocks.values():
                yield from _close(names, block, block)
            for more in (1, 2):
                longer = _blocks(names, lengths.get(length + more, ()), _half(length), head=head)
                for part, block in longer.items():
                    if part in blocks:
                        yield from _close(names, blocks[part], block)


def _blocks(
    names: Sequence[Features], indices: Iterable[int], half: int, *, head: bool
) -> dict[tuple[tuple[str, ...], str], list[int]]:
    """Return the names by their marks and the first, or the last, *half* characters of their cores."""
    blocks: dict[tuple[tuple[str, ...], str], list[int]] = {}
    for index in indices:
        core = names[index].core
        part = core[:half] if head else core[len(core) - half :]
        blocks.setdefault((names[index].marks, part), []).append(index)
    return blocks


def _close(names: Sequence[Features], left: list[int], right: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of two blocks within two edits; RapidFuzz compares a block without returning to Python."""
    if left is right and len(left) == 1:
        return
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract_iter

    cores = {index: names[index].core for index in right}
    for first in left:
        if left is right:
            del cores[first]
        for _, _, second in extract_iter(names[first].core, cores, scorer=OSA.distance, score_cutoff=2):
            yield first, second


def _all(block: Sequence[int]) -> Iterable[tuple[int, int]]:
    return ((first, second) for at, first in enumerate(block) for second in block[at + 1 :])


def _half(length: int) -> int:
    """Return the length of the start or end that one edit leaves unchanged, in the shorter of two cores."""
    return (length - 1) // 2


def _shares_half(one: str, other: str) -> bool:
    half = _half(min(len(one), len(other)))
    return one[:half] == other[:half] or one[len(one) - half :] == other[len(other) - half :]
