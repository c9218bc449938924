"""The files of anchors and keys: what is signed is checked, and what is wrong with a file is said."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from crm.errors import InvalidInput
from crm.exchange import anchors as files
from crm.exchange.anchors import Key
from crm.rules.audit.anchors import Anchor, PublicKey, signed_of_anchor, signed_of_key

pytestmark = pytest.mark.portable

AT = datetime(2023, 2, 8, 6, 0, tzinfo=UTC)
ANCHOR = Anchor(12, "ab" * 32, UUID(int=7), 3_000, AT)


@pytest.fixture
def key() -> Key:
    """A key that stands by itself."""
    return files.make_key(AT)


@pytest.fixture
def folder(tmp_path: Path, key: Key) -> Path:
    """A folder with one anchor, signed by that key."""
    (tmp_path / "anchor.json").write_bytes(files.anchor_file(ANCHOR, key))
    return tmp_path


def wrong(folder: Path, *keys: Key) -> list[tuple[str, str | None]]:
    """Return what is wrong with the anchors of a folder: the name and the field."""
    return [(each.field, each.anchor) for each in files.read_folder(folder, [each.public for each in keys])[1]]


def test_what_is_signed_is_in_the_page() -> None:
    """docs/audit.md specifies these bytes; they are never changed."""
    assert signed_of_anchor(ANCHOR, "0123456789abcdef") == (
        b'\x01["anchor","00000000-0000-0000-0000-000000000007",12,"' + b"ab" * 32 + b'",3000,'
        b'"2023-02-08T06:00:00.000000Z","0123456789abcdef"]'
    )
    public = PublicKey(bytes(32), AT, "0123456789abcdef")
    assert signed_of_key(public) == (
        b'\x01["key","' + b"00" * 32 + b'","2023-02-08T06:00:00.000000Z","0123456789abcdef"]'
    )


def test_an_anchor_is_read_as_it_was_written(folder: Path, key: Key) -> None:
    """Every value of it."""
    assert files.read_folder(folder, [key.public]) == ([ANCHOR], [])


@pytest.mark.parametrize("field", ["database", "seal", "hash", "entries", "at"])
def test_no_value_of_an_anchor_can_be_changed(folder: Path, key: Key, field: str) -> None:
    """The signature does not match a changed value."""
    file = folder / "anchor.json"
    other = {"database": str(UUID(int=8)), "seal": 13, "hash": "cd" * 32, "entries": 1, "at": "2023-02-09T06:00:00Z"}
    file.write_text(json.dumps({**json.loads(file.read_text()), field: other[field]}))
    assert wrong(folder, key) == [("signature", "anchor.json")]


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "7", "{}", '{"form": "crm-anchor-1"}', "[" * 5_000, "\x00"])
def test_what_is_no_anchor_is_named(folder: Path, key: Key, content: str) -> None:
    """Whatever the file has in it."""
    (folder / "other.json").write_text(content)
    assert wrong(folder, key) == [("anchor", "other.json")]


def test_a_file_that_was_cut_short_is_named(folder: Path, key: Key) -> None:
    """At whatever length."""
    whole = (folder / "anchor.json").read_bytes().rstrip()
    for length in range(0, len(whole), 7):
        (folder / "anchor.json").write_bytes(whole[:length])
        assert wrong(folder, key) == [("anchor", "anchor.json")]


def test_a_key_that_is_not_trusted_signs_nothing(folder: Path, key: Key) -> None:
    """Another one, and one that says it is the trusted one."""
    other = files.make_key(AT)
    assert wrong(folder, other) == [("key", "anchor.json")]
    forged = json.loads(files.anchor_file(ANCHOR, other)) | {"key": key.public.name}
    (folder / "anchor.json").write_text(json.dumps(forged))
    assert wrong(folder, key) == [("signature", "anchor.json")]


def test_a_key_that_the_trusted_one_signed_is_trusted(folder: Path, key: Key) -> None:
    """And the one that that one signed; their public keys lie beside the anchors."""
    second = files.make_key(AT, key)
    third = files.make_key(AT, second)
    for number, each in enumerate((third, second)):
        (folder / f"{number}.pub").write_bytes(files.public_file(each.public))
        (folder / f"{number}.json").write_bytes(files.anchor_file(ANCHOR, each))
    assert files.read_folder(folder, [key.public]) == ([ANCHOR] * 3, [])
    (folder / "1.pub").unlink()
    assert wrong(folder, key) == [("key", "0.json"), ("key", "1.json")]


def test_a_key_that_says_so_is_not_trusted(folder: Path, key: Key) -> None:
    """A key without the signature of the trusted one, or with that of another key, is not."""
    stranger = files.make_key(AT, files.make_key(AT))
    document = json.loads(files.public_file(stranger.public)) | {"signed_by": key.public.name}
    (folder / "stranger.pub").write_text(json.dumps(document))
    (folder / "broken.pub").write_text("{")
    (folder / "anchor.json").write_bytes(files.anchor_file(ANCHOR, stranger))
    assert wrong(folder, key) == [("key", "anchor.json")]


def test_a_public_key_is_read_as_it_was_written(tmp_path: Path, key: Key) -> None:
    """With the signature of the key before."""
    for each in (key, files.make_key(AT, key)):
        (tmp_path / "key.pub").write_bytes(files.public_file(each.public))
        assert files.read_public(tmp_path / "key.pub") == each.public
    (tmp_path / "key.pub").write_text('{"form": "crm-anchor-key-1", "public": "00", "at": "2023-02-08"}')
    with pytest.raises(InvalidInput, match="not a public key"):
        files.read_public(tmp_path / "key.pub")


@pytest.mark.parametrize("passphrase", [None, "春眠不覚暁"])
def test_a_key_opens_with_its_passphrase(key: Key, passphrase: str | None) -> None:
    """One that is not encrypted needs none."""
    content = files.private_file(key, passphrase)
    assert files.is_encrypted(content) == (passphrase is not None)
    assert files.open_key(content, passphrase, name="key").public.raw == key.public.raw
    for secret in ("another", None):
        if passphrase is not None:
            with pytest.raises(InvalidInput, match="passphrase"):
                files.open_key(content, secret, name="key")


def test_what_is_no_key_is_refused() -> None:
    """The file is named."""
    with pytest.raises(InvalidInput, match=r"my\.key is no private key"):
        files.open_key(b"nothing", None, name="my.key")


def test_an_empty_folder_proves_nothing(tmp_path: Path, key: Key) -> None:
    """An empty folder is refused."""
    with pytest.raises(InvalidInput, match="no anchors"):
        files.read_folder(tmp_path, [key.public])
