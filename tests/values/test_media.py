"""Types of files, by their content."""

from __future__ import annotations

import pytest

from crm.values.media import media_type

pytestmark = pytest.mark.portable

_ZIP = b"PK\x03\x04\x14\x00\x00\x00"


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (_ZIP + b"[Content_Types].xml word/document.xml", media_type(_ZIP + b"word/")),
        (_ZIP + b"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
        (_ZIP + b"OFD.xml", "application/ofd"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "application/x-ole-storage"),
        ("会议纪要\r\n".encode(), "text/plain"),
        ("会议纪要".encode("gb18030"), "text/plain"),
        (b"\xef\xbb\xbfminutes", "text/plain"),
    ],
)
def test_documents_are_known_by_their_content(start: bytes, kind: str) -> None:
    """Pictures, office files and texts in any encoding."""
    assert media_type(start) == kind


@pytest.mark.parametrize(
    "start",
    [
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02\x01",
        b"\xcf\xfa\xed\xfe\x07",
        b"\xca\xfe\xba\xbe\x00\x00",
        b"#!/bin/sh\n",
        b"<?php echo 1;",
        b" \n<HTML><script>",
        b"\xef\xbb\xbf<svg onload=x>",
        _ZIP + b"META-INF/MANIFEST.MF",
        _ZIP + b"AndroidManifest.xml word/",
        _ZIP + b"a.exe",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes.fromhex("84100c0000000000c000000000000046"),
        b"\x00\x00\x00\x18ftypqt  ",
        b"text\x00text",
        b"",
        b"  \n",
    ],
)
def test_programs_and_what_is_unknown_are_not_kept(start: bytes) -> None:
    """What a system or a browser runs is none of the types, whatever its name."""
    assert media_type(start) is None
