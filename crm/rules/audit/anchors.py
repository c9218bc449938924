"""Anchors: signed heads of the audit, kept elsewhere. And the public keys that they are checked with: docs/audit.md.

What is signed has one form, which is never changed, like the forms in :mod:`crm.rules.audit.hashes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from attrs import field, frozen

from crm.rules.audit.hashes import VERSION, canonical, moment
from crm.values.text import as_items, as_kind

#: Characters of the hash of a public key by which the key is named.
_NAMED = 16


@frozen
class Anchor:
    """The head of the audit as it was at a moment.

    Attributes:
        seal: Number of the seal.
        hash: Hash of the seal, as hex.
        database: Uid of the first member of staff, by which the database is known; None where it is not known.
        entries: How many entries were sealed.
        at: When the anchor was made.
        name: What it is called where it is kept, such as the name of a file.
    """

    seal: int
    hash: str
    database: UUID | None = None
    entries: int | None = None
    at: datetime | None = None
    name: str = field(default="", eq=False)


@frozen
class PublicKey:
    """The key that checks signatures.

    Attributes:
        raw: The 32 bytes of an Ed25519 public key.
        at: When the key was made.
        signed_by: The name of the key before, which vouches for this one; None for one that stands by itself.
        signature: By the key before; None where there is none.
    """

    raw: bytes
    at: datetime
    signed_by: str | None = None
    signature: bytes | None = None

    @property
    def name(self) -> str:
        """The first 16 characters of the SHA-256 of the key."""
        return sha256(self.raw).hexdigest()[:_NAMED]


def anchors_of(anchors: Mapping[int, str] | Iterable[Anchor] | None) -> tuple[Anchor, ...]:
    """Return anchors, or hashes by the number of their seal, as anchors.

    Raises:
        InvalidInput: They are something else.
    """
    if isinstance(anchors, Mapping):
        return tuple(Anchor(seal, hash_) for seal, hash_ in anchors.items())
    return tuple(as_kind(Anchor, anchor, "anchors") for anchor in as_items(anchors or (), "anchors"))


def signed_of_anchor(anchor: Anchor, key: str) -> bytes:
    """Return what the key of this name signs of an anchor."""
    at = None if anchor.at is None else moment(anchor.at)
    database = None if anchor.database is None else str(anchor.database)
    return VERSION + canonical(["anchor", database, anchor.seal, anchor.hash, anchor.entries, at, key])


def signed_of_key(key: PublicKey) -> bytes:
    """Return what the key before signs of a key."""
    return VERSION + canonical(["key", key.raw.hex(), moment(key.at), key.signed_by])
