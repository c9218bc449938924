"""``crm digest``: printed, to a file, by mail, to a webhook."""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from crm.exchange.sending import signature
from tests.cli.conftest import Terminal
from tests.exchange.test_sending import Hook, Post, running

pytestmark = pytest.mark.portable


def test_it_is_printed_and_written(town: Terminal, tmp_path: Path) -> None:
    """The ending of the file says the format."""
    town.ok("todo", "add", "L1", "寄送资料", "--owner", "tokyo.desk", "--due", "2022-01-01")
    assert "寄送资料" in town.ok("digest", "--station", "tokyo")
    assert "寄送资料" in town.ok("digest", "--as", "tokyo.desk")
    path = tmp_path / "digest.md"
    town.ok("digest", "--person", "tokyo.desk", "--output", str(path), "--lang", "zh")
    assert path.read_text("utf-8").startswith("# 摘要：")
    town.refused(2, "digest", "--output", str(path))
    tree = town.json("digest", "--unit", "gaoxin")
    assert [figure["key"] for figure in tree["figures"]] == ["overdue", "due", "stale", "arrived"]
    town.refused(2, "digest", "--person", "shen", "--unit", "gaoxin")


def test_it_is_mailed_and_posted(town: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret and the server are in the environment; without them it is refused before anything is read."""
    monkeypatch.setenv("no_proxy", "*")
    town.ok("todo", "add", "L1", "寄送资料", "--owner", "tokyo.desk", "--due", "2022-01-01")
    monkeypatch.delenv("CRM_SMTP", raising=False)
    monkeypatch.delenv("CRM_WEBHOOK_SECRET", raising=False)
    line = ("digest", "--station", "tokyo", "--mail", "tokyo@example.com")
    with running(Post()) as server, running(Hook(200)) as hook:
        assert len(town.refused(2, *line, "--webhook", hook.url)["problems"]) == 2
        monkeypatch.setenv("CRM_SMTP", server.url)
        monkeypatch.setenv("CRM_WEBHOOK_SECRET", "known to both")
        town.ok(*line, "--webhook", hook.url, "--lang", "zh")
        (raw,) = server.mails
        ((headers, body),) = hook.got
    mail = message_from_bytes(raw, policy=policy.default)
    assert (mail["from"], mail["to"]) == ("tokyo@example.com", "tokyo@example.com")
    assert "寄送资料" in json.loads(body)["text"]
    named = {name.lower(): value for name, value in headers.items()}
    assert named["x-crm-signature"] == signature(b"known to both", named["x-crm-timestamp"], body)


def test_nothing_is_sent_if_there_is_nothing_to_tell(reader: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """No server is asked."""
    monkeypatch.setenv("CRM_SMTP", "smtp://127.0.0.1:1")
    assert reader.ok("digest", "--person", "shen", "--mail", "shen@example.com")
