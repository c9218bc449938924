"""Mail and webhooks, against servers on this machine."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from crm.errors import InvalidInput, Refused
from crm.exchange.sending import WAITS, post, send_mail, signature

pytestmark = pytest.mark.portable

SECRET = b"known to both"


class Hook(HTTPServer):
    """A webhook that gives these answers, the last one again and again."""

    def __init__(self, *answers: int) -> None:
        """Take the status codes."""
        self.answers = list(answers)
        self.got: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), Answer)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class Answer(BaseHTTPRequestHandler):
    """Keeps what was posted, and answers."""

    server: Hook

    def do_POST(self) -> None:
        """Answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        answers = self.server.answers
        self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


class Post(socketserver.TCPServer):
    """A mail server that refuses some recipients."""

    def __init__(self) -> None:
        """Listen."""
        self.mails: list[bytes] = []
        super().__init__(("127.0.0.1", 0), Talk)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Talk(socketserver.StreamRequestHandler):
    """As much of SMTP as a mail needs."""

    server: Post

    def handle(self) -> None:
        """Answer line by line."""
        self.wfile.write(b"220 here\r\n")
        for line in iter(self.rfile.readline, b""):
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            refused = b"nobody@" in line
            self.wfile.write(
                b"550 no such person\r\n" if refused else b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n"
            )
            if word == b"QUIT":
                return


@contextmanager
def running(server: Any) -> Iterator[Any]:
    """Serve in a thread, and end it."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes through a proxy."""
    monkeypatch.setenv("no_proxy", "*")


def test_a_webhook_can_check_who_sent_it() -> None:
    """The signature is over the timestamp and the body."""
    waited: list[float] = []
    with running(Hook(200)) as hook:
        assert post(hook.url, b'{"a":1}', secret=SECRET, timestamp="1676592000", sleep=waited.append) == 1
        ((headers, body),) = hook.got
    assert json.loads(body) == {"a": 1}
    named = {name.lower(): value for name, value in headers.items()}
    assert named["x-crm-signature"] == signature(SECRET, "1676592000", body)
    assert signature(SECRET, "1676592000", body) != signature(b"another", "1676592000", body)
    assert waited == []


def test_a_busy_webhook_is_tried_again() -> None:
    """After longer and longer waits, with the same body; then it is given up."""
    waited: list[float] = []
    with running(Hook(503, 429, 200)) as hook:
        assert post(hook.url, b"{}", secret=SECRET, timestamp="1", sleep=waited.append) == 3
        assert len(hook.got) == 3
    assert waited == [*WAITS[:2]]
    with running(Hook(500)) as hook, pytest.raises(Refused) as caught:
        post(hook.url, b"{}", secret=SECRET, timestamp="1", sleep=lambda _: None)
    assert len(hook.got) == 1 + len(WAITS)
    assert "500" in str(caught.value.problems[0].params["why"])


def test_a_refusal_is_final() -> None:
    """What was wrong with it is not sent again."""
    with running(Hook(403)) as hook, pytest.raises(Refused):
        post(hook.url, b"{}", secret=SECRET, timestamp="1", sleep=lambda _: None)
    assert len(hook.got) == 1


def test_nobody_listens() -> None:
    """It is tried as often as a busy one, and refused."""
    waited: list[float] = []
    hook = Hook(200)
    url = hook.url
    hook.server_close()
    with pytest.raises(Refused):
        post(url, b"{}", secret=SECRET, timestamp="1", sleep=waited.append)
    assert waited == [*WAITS]


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "ftp://host/x", "https://"])
def test_other_addresses_are_refused(url: str) -> None:
    """No file is read through a webhook."""
    with pytest.raises(InvalidInput):
        post(url, b"{}", secret=SECRET, timestamp="1", sleep=lambda _: None)


def test_a_mail_has_text_and_page() -> None:
    """In any script."""
    with running(Post()) as server:
        send_mail(
            server.url,
            sender="crm@example.com",
            to=["a@example.com"],
            subject="周报：东京",
            text="逾期 3",
            page="<p>逾期 3</p>",
        )
        (raw,) = server.mails
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["subject"] == "周报：东京"
    assert [part.get_content().strip() for part in mail.iter_parts()] == ["逾期 3", "<p>逾期 3</p>"]


def test_a_mail_that_is_not_taken_is_refused() -> None:
    """With what the server said; no password is told."""
    with running(Post()) as server, pytest.raises(Refused) as caught:
        send_mail(server.url, sender="crm@example.com", to=["nobody@example.com"], subject="x", text="x", page=None)
    assert "550" in str(caught.value.problems[0].params["why"])
    server = Post()
    address = server.url.replace("smtp://", "smtp://user:secret@")
    server.server_close()
    with pytest.raises(Refused) as caught:
        send_mail(address, sender="a@example.com", to=["b@example.com"], subject="x", text="x", page=None)
    assert "secret" not in str(caught.value.problems[0])
    with pytest.raises(InvalidInput):
        send_mail("mail.example.com", sender="a@example.com", to=["b@example.com"], subject="x", text="x", page=None)
