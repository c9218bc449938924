"""Sends a text by mail, or to a webhook that can check who sent it."""

from __future__ import annotations

import hashlib
import hmac
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from http.client import HTTPException
from urllib.parse import unquote, urlsplit

from crm.errors import N_, InvalidInput, Refused, problem

#: The number of attempts for a webhook, and the seconds before each further attempt.
WAITS = (1, 2, 4, 8)
_TIMEOUT = 20
#: Answers after which a further attempt may succeed.
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})


def send_mail(server: str, *, sender: str, to: Sequence[str], subject: str, text: str, page: str | None) -> None:
    """Send a mail.

    Args:
        server: ``smtp://USER:PASSWORD@HOST:PORT``; ``smtps://`` for TLS from the beginning. With ``smtp://`` TLS
            begins where the server offers it, and always before a password is sent.
        sender: From whom.
        to: To whom.
        subject: The subject.
        text: The text.
        page: The same as HTML, or None.

    Raises:
        InvalidInput: The address of the server cannot be used.
        Refused: The server cannot be reached, or does not take it.
    """
    address = urlsplit(server)
    if address.scheme not in {"smtp", "smtps"} or not address.hostname:
        raise InvalidInput(
            problem(
                N_("The mail server has no usable address."),
                N_("Write it like smtp://user:password@mail.example.com:587, in CRM_SMTP."),
                field="smtp",
                code="address",
            )
        )
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, sender, ", ".join(to)
    message.set_content(text)
    if page is not None:
        message.add_alternative(page, subtype="html")
    try:
        with _connected(address.scheme, address.hostname, address.port) as client:
            if address.username:
                client.login(unquote(address.username), unquote(address.password or ""))
            client.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise Refused(
            problem(
                N_("The mail was not sent by {host}: {why}."),
                N_("Check CRM_SMTP, the addresses, and that the server is up; then run the command again."),
                code="mail",
                host=address.hostname,
                why=str(error).rstrip("."),
            )
        ) from error


def _connected(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    """Return a connection, encrypted if the server can."""
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=_TIMEOUT, context=context)
    client = smtplib.SMTP(host, port or 587, timeout=_TIMEOUT)
    client.ehlo()
    if client.has_extn("starttls"):
        client.starttls(context=context)
        client.ehlo()
    return client


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """Return the signature of a webhook's body: HMAC-SHA-256 of the timestamp, a point, and the body."""
    return "sha256=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def post(url: str, body: bytes, *, secret: bytes, timestamp: str, sleep: Callable[[float], object]) -> int:
    """Post JSON to a webhook, signed; try again where that may help.

    The headers are ``X-CRM-Timestamp`` and ``X-CRM-Signature``: see :func:`signature`.

    Args:
        url: Where; https, or http.
        body: The JSON.
        secret: Known to both sides.
        timestamp: Seconds since 1970, so that a receiver can refuse what is old.
        sleep: Waits so many seconds.

    Returns:
        How many attempts it took.

    Raises:
        InvalidInput: The address cannot be used.
        Refused: It was not accepted.
    """
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise InvalidInput(
            problem(
                N_("The webhook has no usable address."),
                N_("Write it like https://chat.example.com/hook."),
                field="webhook",
                code="address",
            )
        )
    headers = {
        "Content-Type": "application/json",
        "X-CRM-Timestamp": timestamp,
        "X-CRM-Signature": signature(secret, timestamp, body),
    }
    why = ""
    for attempt, wait in enumerate((0, *WAITS), 1):
        if wait:
            sleep(wait)
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - checked above
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT):  # noqa: S310 - checked above
                return attempt
        except urllib.error.HTTPError as error:
            error.close()
            why = f"{error.code} {error.reason}"
            if error.code not in _LATER:
                break
        except (OSError, HTTPException) as error:
            why = str(error)
    raise Refused(
        problem(
            N_("The webhook at {host} did not accept it: {why}."),
            N_("Check its address and its secret; then run the command again."),
            code="webhook",
            host=urlsplit(url).hostname,
            why=why.rstrip("."),
        )
    )
