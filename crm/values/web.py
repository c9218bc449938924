"""Addresses of web pages and of e-mail."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from crm.errors import N_, InvalidInput, problem
from crm.values.text import one_line, require_text

#: The longest address.
WEB_ADDRESS = 500
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
#: Characters that are invalid in an address, and those that a browser may read as a slash.
_NEVER = frozenset('\\"<>^`{|}')
_PORTS = {"http": 80, "https": 443}
_HOST, _LABEL = 253, 63
#: The longest address of e-mail, its form, and what stands around it where it was copied.
_EMAIL, _TOP = 254, 2
_BOX = re.compile(r"""[^@\s<>()\[\],;:"\\]+@(?P<host>[^@\s<>()\[\],;:"\\]+)""")
_AROUND = re.compile(
    r"(?:mailto:)?(?:[^<>]*<)?(?:mailto:)?(?P<inside>[^<>]*)>?[\s,;.。，；]*", re.IGNORECASE | re.DOTALL
)


def as_web_address(value: object, field: str = "website") -> str:
    """Return the address of a web page, over http or https; one without a scheme is read as https.

    The host is kept in lower case and normal width, in letters of any script or in punycode; what follows it, as it is.

    Raises:
        InvalidInput: It is not a text, empty, too long, no such address, or has a user name or password in it.
    """
    text = require_text(value, field, limit=WEB_ADDRESS)
    whole = text if _SCHEME.match(text) else f"https://{text}"
    try:
        parts = urlsplit(whole)
        port = parts.port
    except ValueError:  # an invalid bracket or port; a host that changes the address in normal width
        raise _no_address(text, field) from None
    if "@" in parts.netloc:
        # The text is not repeated: a password may be in it.
        raise InvalidInput(
            problem(
                N_("A web address must not have a user name or password."),
                N_("Leave out the part before the @."),
                field=field,
                code="credentials",
            )
        )
    host = unicodedata.normalize("NFKC", parts.hostname or "").replace("。", ".").lower()
    strange = any(
        letter.isspace() or letter in _NEVER or unicodedata.category(letter) in {"Cc", "Cf"} for letter in text
    )
    if strange or port == 0 or parts.scheme not in _PORTS or not _is_host(host):
        raise _no_address(text, field)
    shown = "" if port in {None, _PORTS[parts.scheme]} else f":{port}"
    rest = re.split("[/?#]", whole.partition("://")[2], maxsplit=1)[0]
    tail = whole[len(whole.partition("://")[0]) + 3 + len(rest) :]
    return require_text(f"{parts.scheme}://{host}{shown}{'' if tail == '/' else tail}", field, limit=WEB_ADDRESS)


def as_email(value: object, field: str = "email") -> str:
    """Read an address of e-mail, also as it is copied: ``<name@example.com>``, ``mailto:name@example.com``.

    Raises:
        InvalidInput: It is not a text, empty, too long, or no such address.
    """
    text = one_line(require_text(value, field, limit=_EMAIL))
    around = _AROUND.fullmatch(unicodedata.normalize("NFKC", text) if not text.isascii() else text)
    address = around["inside"].rstrip(" ,;.。") if around else ""
    box = _BOX.fullmatch(address)
    if box is None or not _is_host(box["host"].lower()) or len(box["host"].rpartition(".")[2]) < _TOP:
        raise InvalidInput(
            problem(
                N_('"{text}" is not an e-mail address.'),
                N_("Write it like name@example.com."),
                field=field,
                code="email",
                text=text[:60],
            )
        )
    return address


def _is_host(host: str) -> bool:
    """Return whether it is a name of the web: labels with dots between, the last of them no number."""
    labels = host.split(".")
    try:
        long = any(len(label.encode("punycode")) > _LABEL for label in labels) or len(host.encode("punycode")) > _HOST
    except UnicodeError:
        return False
    return not long and len(labels) > 1 and not labels[-1].isdecimal() and all(map(_is_label, labels))


def _is_label(label: str) -> bool:
    inside = all(letter == "-" or unicodedata.category(letter)[0] in "LMN" for letter in label)
    return inside and label != "" and label[0] != "-" and label[-1] != "-"


def _no_address(text: str, field: str) -> InvalidInput:
    return InvalidInput(
        problem(
            N_('"{text}" is not a web address.'),
            N_("Write it as a browser shows it, with http or https, such as https://www.example.com."),
            field=field,
            code="web",
            text=text[:60],
        )
    )
