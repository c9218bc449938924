"""Mappings of policies: nobody changes them, and they can be pickled and copied, which a mapping proxy cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Fixed(Mapping[K, V]):
    """A mapping that stays as it was made."""

    __slots__ = ("_held",)

    def __init__(self, held: Mapping[K, V]) -> None:
        """Keep a copy."""
        self._held = dict(held)

    def __getitem__(self, key: K) -> V:
        """Return the value of a key."""
        return self._held[key]

    def __iter__(self) -> Iterator[K]:
        """Return the keys, in the order of the original."""
        return iter(self._held)

    def __len__(self) -> int:
        """Return how many keys there are."""
        return len(self._held)

    def __repr__(self) -> str:
        """Show what it holds."""
        return repr(self._held)

    def __reduce__(self) -> tuple[type[Fixed[K, V]], tuple[dict[K, V]]]:
        """Return how it is made again."""
        return type(self), (self._held,)
