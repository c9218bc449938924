"""Files of anchors and of the keys that sign them, and the signatures: Ed25519 (RFC 8032), by the extra ``anchors``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from attrs import frozen

from crm.errors import N_, InvalidInput, Problem, problem
from crm.reads.audit.rows import Discrepancy
from crm.refusals import not_installed
from crm.rules.audit.anchors import Anchor, PublicKey, signed_of_anchor, signed_of_key
from crm.rules.audit.hashes import moment

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ANCHOR, KEY = "crm-anchor-1", "crm-anchor-key-1"
#: How the files of public keys end, and those of anchors.
PUBLIC, ANCHORS = ".pub", ".json"
#: A file that is longer is none of these.
_LONGEST = 10_000
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


@frozen
class Key:
    """A key that signs, open.

    Attributes:
        private: What signs.
        public: What checks.
    """

    private: Ed25519PrivateKey
    public: PublicKey


def require_signatures() -> None:
    """Return if signatures can be made and checked.

    Raises:
        InvalidInput: The extra is not installed.
    """
    try:
        import cryptography  # noqa: F401 - whether it is there
    except ModuleNotFoundError as error:
        raise InvalidInput(
            not_installed(
                N_("Anchors need the library cryptography, which is not installed."),
                N_('Install it: pip install "investor-crm[anchors]"'),
            )
        ) from error


def make_key(at: datetime, before: Key | None = None) -> Key:
    """Make a key.

    Args:
        at: When.
        before: The key that it replaces, which signs it.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    public = PublicKey(private.public_key().public_bytes_raw(), at, before.public.name if before else None)
    if before is not None:
        signature = before.private.sign(signed_of_key(public))
        public = PublicKey(public.raw, public.at, public.signed_by, signature)
    return Key(private, public)


def private_file(key: Key, passphrase: str | None) -> bytes:
    """Return the file of a private key: PKCS #8 as PEM, encrypted if there is a passphrase."""
    from cryptography.hazmat.primitives import serialization

    return key.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption(),
    )


def is_encrypted(content: bytes) -> bool:
    """Return whether the file of a private key is encrypted with a passphrase."""
    return b"BEGIN ENCRYPTED PRIVATE KEY" in content


def open_key(content: bytes, passphrase: str | None, *, name: str) -> Key:
    """Open a private key. The file does not say when it was made.

    Args:
        content: Of its file.
        passphrase: Where it is encrypted.
        name: Of the file, for the refusal.

    Raises:
        InvalidInput: It is no private Ed25519 key, or the passphrase is wrong.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    secret = passphrase.encode() if passphrase and is_encrypted(content) else None
    try:
        private = serialization.load_pem_private_key(content, secret)
    except (ValueError, TypeError) as error:
        raise InvalidInput(_no_key(name)) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise InvalidInput(_no_key(name))
    return Key(private, PublicKey(private.public_key().public_bytes_raw(), datetime.now(UTC)))


def public_file(key: PublicKey) -> bytes:
    """Return the file of a public key."""
    return _document(
        form=KEY,
        key=key.name,
        public=key.raw.hex(),
        at=moment(key.at),
        signed_by=key.signed_by,
        signature=None if key.signature is None else key.signature.hex(),
    )


def read_public(file: Path) -> PublicKey:
    """Read a public key.

    Raises:
        InvalidInput: It is none.
        OSError: The file cannot be read.
    """
    try:
        found = _read(file, KEY)
        raw, at = bytes.fromhex(_text(found, "public")), datetime.fromisoformat(_text(found, "at"))
        _check(raw)
        if found["signature"] is None:
            return PublicKey(raw, at)
        return PublicKey(raw, at, _text(found, "signed_by"), bytes.fromhex(_text(found, "signature")))
    except _UNREADABLE as error:
        raise InvalidInput(
            problem(
                N_("{file} is not a public key of anchors, or is incomplete."),
                N_("Name the file that `crm audit key` wrote beside the key; it ends in .pub."),
                field="key",
                code="key",
                file=str(file),
            )
        ) from error


def anchor_file(anchor: Anchor, key: Key) -> bytes:
    """Return the file of an anchor, signed."""
    return _document(
        form=ANCHOR,
        database=None if anchor.database is None else str(anchor.database),
        seal=anchor.seal,
        hash=anchor.hash,
        entries=anchor.entries,
        at=None if anchor.at is None else moment(anchor.at),
        key=key.public.name,
        signature=key.private.sign(signed_of_anchor(anchor, key.public.name)).hex(),
    )


def trusted(roots: Iterable[PublicKey], offered: Iterable[PublicKey]) -> Mapping[str, PublicKey]:
    """Return by their names the keys that are given, and those of the offered ones that one of them vouches for."""
    known, waiting = {key.name: key for key in roots}, list(offered)
    while followers := [key for key in waiting if key.name not in known and _is_vouched_for(key, known)]:
        known |= {key.name: key for key in followers}
    return known


def read_folder(folder: Path, roots: Iterable[PublicKey]) -> tuple[list[Anchor], list[Discrepancy]]:
    """Read the anchors of a folder: those that count, and what is wrong with the others.

    Args:
        folder: Where they are kept: files that end in .json, and in .pub for keys that were signed by the key before.
        roots: The public keys that are trusted.

    Raises:
        InvalidInput: There is no anchor in it.
        OSError: It cannot be read.
    """
    keys = trusted(roots, _offered(folder))
    anchors, wrong = [], []
    for file in sorted(folder.glob(f"*{ANCHORS}")):
        anchor, discrepancy = _read_anchor(file, keys)
        if anchor is not None:
            anchors.append(anchor)
        if discrepancy is not None:
            wrong.append(discrepancy)
    if not anchors and not wrong:
        raise InvalidInput(
            problem(
                N_("There are no anchors in {folder}."),
                N_("Make one with `crm audit anchor`, or name the folder where they are."),
                field="anchors",
                code="empty",
                folder=str(folder),
            )
        )
    return anchors, wrong


def _read_anchor(file: Path, keys: Mapping[str, PublicKey]) -> tuple[Anchor | None, Discrepancy | None]:
    from cryptography.exceptions import InvalidSignature

    try:
        found = _read(file, ANCHOR)
        key, signature = _text(found, "key"), bytes.fromhex(_text(found, "signature"))
        anchor = Anchor(
            _number(found, "seal"),
            _text(found, "hash"),
            UUID(_text(found, "database")),
            _number(found, "entries"),
            datetime.fromisoformat(_text(found, "at")),
            file.name,
        )
        signed = signed_of_anchor(anchor, key)
    except _UNREADABLE:
        return None, _wrong(file, None, "anchor", None)
    if key not in keys:
        return None, _wrong(file, anchor, "key", key)
    try:
        _check(keys[key].raw, signature, signed)
    except InvalidSignature:
        return None, _wrong(file, anchor, "signature", key)
    return anchor, None


def _wrong(file: Path, anchor: Anchor | None, field: str, stored: str | None) -> Discrepancy:
    return Discrepancy(
        record="anchor",
        record_id=None if anchor is None else anchor.seal,
        field=field,
        stored=stored,
        derived=None,
        anchor=file.name,
    )


def _offered(folder: Path) -> Iterator[PublicKey]:
    """Yield the public keys of a folder that can be read; the others vouch for nothing."""
    for file in sorted(folder.glob(f"*{PUBLIC}")):
        try:
            yield read_public(file)
        except (InvalidInput, OSError):
            continue


def _is_vouched_for(key: PublicKey, known: Mapping[str, PublicKey]) -> bool:
    from cryptography.exceptions import InvalidSignature

    before = known.get(key.signed_by or "")
    if key.signature is None or before is None:
        return False
    try:
        _check(before.raw, key.signature, signed_of_key(key))
    except InvalidSignature:
        return False
    return True


def _check(raw: bytes, signature: bytes | None = None, signed: bytes = b"") -> None:
    """Raise ValueError where it is no public key, and InvalidSignature where it did not sign that."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    public = Ed25519PublicKey.from_public_bytes(raw)
    if signature is not None:
        public.verify(signature, signed)


def _read(file: Path, form: str) -> Mapping[str, object]:
    with file.open("rb") as stream:
        found: Mapping[str, object] = json.loads(stream.read(_LONGEST))
    if found["form"] != form:
        raise ValueError(form)
    return found


def _text(found: Mapping[str, object], key: str) -> str:
    value = found[key]
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _number(found: Mapping[str, object], key: str) -> int:
    value = found[key]
    if not isinstance(value, int):
        raise TypeError(key)
    return value


def _document(**values: object) -> bytes:
    return (json.dumps(values, indent=2) + "\n").encode()


def _no_key(name: str) -> Problem:
    return problem(
        N_("{file} is no private key of anchors, or its passphrase is another."),
        N_("Name the file that `crm audit key` wrote, and give the passphrase that it was encrypted with."),
        field="key",
        code="key",
        file=name,
    )
