"""Which contacts may be one person: those with a name, an e-mail address or a telephone number in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import combinations

from attrs import frozen

from crm.values.registers.telephones import is_same_telephone
from crm.values.text import comparison_key

#: A value shared by more contacts, such as the number of a switchboard, is no reason.
SHARED = 30
#: The last digits of a telephone number, by which numbers are put together before they are compared.
_LAST_DIGITS = 4


class PersonReason(StrEnum):
    """Why two contacts may be one person."""

    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"


@frozen
class Known:
    """What a contact is compared by.

    Attributes:
        id: Its number.
        names: Its names, as they are written.
        email: The e-mail address, or None.
        phones: Its telephone numbers.
    """

    id: int
    names: tuple[str, ...]
    email: str | None
    phones: tuple[str, ...]


def pairs(people: Iterable[Known]) -> list[tuple[int, int, tuple[PersonReason, ...]]]:
    """Return the pairs of contacts that may be one person, the smaller number first, with the reasons.

    Pairs with the most reasons come first; of those, pairs with the same e-mail address or telephone. The words of a
    name may stand in another order: Yamada Taro is Taro Yamada.
    """
    shared: dict[tuple[PersonReason, str], list[tuple[int, str]]] = {}
    for person in people:
        for reason, block, value in _blocks(person):
            shared.setdefault((reason, block), []).append((person.id, value))
    found: dict[tuple[int, int], set[PersonReason]] = {}
    for (reason, _), members in shared.items():
        if len({number for number, _ in members}) > SHARED:
            continue
        for (one, value), (other, second) in combinations(members, 2):
            if one != other and (reason is not PersonReason.PHONE or is_same_telephone(value, second)):
                found.setdefault((min(one, other), max(one, other)), set()).add(reason)
    order = list(PersonReason)
    listed = [(one, other, tuple(sorted(reasons, key=order.index))) for (one, other), reasons in found.items()]
    return sorted(listed, key=lambda pair: (-len(pair[2]), order.index(pair[2][0]), pair[:2]))


def _blocks(person: Known) -> Iterator[tuple[PersonReason, str, str]]:
    """Yield what a contact may share with another: the reason, the block to look in, and the value."""
    for key in {key for name in person.names for key in _keys(name)}:
        yield PersonReason.NAME, key, key
    if person.email:
        yield PersonReason.EMAIL, person.email.lower(), person.email
    for phone in person.phones:
        digits = "".join(character for character in phone if character.isdecimal())
        yield PersonReason.PHONE, digits[-_LAST_DIGITS:], phone


def _keys(name: str) -> Iterator[str]:
    """Yield the comparison key of a name, with its words in alphabetical order where there are several."""
    words = sorted(filter(None, (comparison_key(word) for word in name.replace(",", " ").split())))
    yield "".join(words) if len(words) > 1 else comparison_key(name)
