"""Types of files, told by their content: a name says nothing certain."""

from __future__ import annotations

#: Bytes of a file that are read at a time.
PART = 1 << 20
#: Bytes of the largest file, where nobody says another number.
LARGEST = 100_000_000

#: The type of a file by its first bytes. Programs are not among them, so they are refused like all that is unknown.
_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
)
#: Where the brand of a picture stands, behind the length of its first box.
_BRANDS = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif", b"avif": "image/avif"}
#: What a packed document has among its first names, and its type.
_PACKED = (
    (b"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"),
    (b"mimetypeapplication/vnd.oasis.opendocument.presentation", "application/vnd.oasis.opendocument.presentation"),
    (b"OFD.xml", "application/ofd"),
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Archives that run: of Java and of Android; a Windows installer is a file of the old Office format with this number.
_RUN = (b"META-INF/MANIFEST.MF", b"AndroidManifest.xml", b"classes.dex")
_INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")
#: Texts that a system or a browser runs.
_SCRIPTS = (b"#!", b"<?php", b"<!doctype html", b"<html", b"<script", b"<svg")
#: Control characters that no text has.
_NO_TEXT = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1b")

#: The types that are kept, for people: the message of a refusal says them.
KEPT = "PDF, JPEG, PNG, GIF, TIFF, WebP, HEIC, AVIF, Word, Excel, PowerPoint, ODF, OFD, RTF, TXT"


def media_type(start: bytes) -> str | None:
    """Return the media type of a file, or None for one that is not kept, such as a program.

    Args:
        start: The first bytes of the file, at least 4,096 where it has as many.
    """
    for beginning, kind in _BEGINNINGS:
        if start.startswith(beginning):
            return kind
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    if start[4:8] == b"ftyp":
        return _BRANDS.get(start[8:12])
    if start.startswith(b"PK\x03\x04"):
        return None if any(name in start for name in _RUN) else _packed(start)
    if start.startswith(_OLD_OFFICE):
        return None if _INSTALLER in start else "application/x-ole-storage"
    return "text/plain" if _is_text(start[:4096]) else None


def _packed(start: bytes) -> str | None:
    return next((kind for mark, kind in _PACKED if mark in start), None)


def _is_text(start: bytes) -> bool:
    """Return whether bytes begin a text in any encoding that has no zero bytes, and none that is run."""
    begins = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return bool(begins) and not begins.startswith(_SCRIPTS) and not _NO_TEXT.intersection(start)
