"""Binding staff on the command line: who types is who the operating system or the server says."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from crm.cli.kit.settings import operating_system_user
from tests.cli.conftest import Terminal

POLICY = """
name = "bound"
effective = 2020-01-01
reopen_at = "negotiating"
capital_floor = "implementing"
bound_since = 2020-01-01
stages = [
    { code = "contact" }, { code = "negotiating" }, { code = "signed" }, { code = "registered" },
    { code = "implementing" }, { code = "landed" },
]
"""


@pytest.fixture
def policy(tmp_path: Path) -> str:
    """The file of a policy that asks for bound staff."""
    file = tmp_path / "bound.toml"
    file.write_text(POLICY, "utf-8")
    return str(file)


def identity_at(terminal: Terminal) -> tuple[str, str]:
    """Return the option and the name of the identity at a database."""
    url = make_url(terminal.url)
    if url.get_backend_name() == "sqlite":
        return "--os", str(operating_system_user())
    return "--role", str(url.username)


def test_who_types_is_bound_and_another_name_is_refused(town: Terminal, policy: str) -> None:
    """Binding oneself takes no option; then --as another is refused in a sentence, and an admin acts for somebody."""
    option, name = identity_at(town)
    shown = f"{option.removeprefix('--')}:{name}"
    refusal = town.refused(1, "--policy", policy, "lead", "list")
    assert refusal["problems"][0]["code"] == "unbound"
    assert shown in refusal["problems"][0]["text"]
    assert "anyone who can open the database" in town.ok("db", "check")
    assert shown in town.ok("staff", "bind", "boss")
    assert "1 of 3" in town.ok("db", "check")
    assert town.json("db", "check")["bound"] == 1
    card = town.ok("--policy", policy, "staff", "show")
    assert card.count(shown) == 2
    town.ok("--policy", policy, "--as", "tokyo.desk", "lead", "edit", "1", "--note", "for another")
    (entry,) = town.json("audit", "show", "--record", "lead", "--limit", "1")
    assert (entry["actor"], entry["acted_by"], entry["identity"]) == ("tokyo.desk", "boss", shown)
    assert "tokyo.desk, by boss" in town.ok("audit", "show", "--limit", "1", columns=140)
    town.ok("staff", "unbind", "boss", "--reason", "moved")
    town.ok("staff", "bind", "tokyo.desk", option, name)
    assert "tokyo.desk" in town.refused(1, "--policy", policy, "lead", "list")["problems"][0]["text"]


def test_two_identities_are_refused(reader: Terminal) -> None:
    """One at a time."""
    told = reader.refused(2, "staff", "bind", "boss", "--os", "a", "--host", "b")
    assert told["problems"][0]["code"] == "one"


@pytest.mark.portable
def test_the_environment_does_not_say_who_types(begun: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither USER nor LOGNAME changes the identity, though they change the login name."""
    before = operating_system_user()
    for name in ("USER", "LOGNAME", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "mallory")
    assert getpass.getuser() == "mallory"
    assert operating_system_user() == before
    begun.ok("staff", "bind", "boss")
    assert begun.json("staff", "show", "boss")["bindings"][0]["name"] == before


@pytest.mark.portable
def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container may run without any entry of users."""
    pwd = pytest.importorskip("pwd")

    def unknown(_number: int) -> Any:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert operating_system_user() == str(os.getuid())


@pytest.mark.portable
def test_without_as_the_bound_member_acts(begun: Terminal) -> None:
    """Whoever is bound need not name themselves, whatever their login name is."""
    begun.ok("staff", "bind", "boss")
    assert "boss" in Terminal(begun.url, user="").ok("staff", "show")


@pytest.mark.portable
def test_setting_up_under_such_a_policy_binds_the_first_administrator(tmp_path: Path, policy: str) -> None:
    """They are not locked out of what they have just made."""
    fresh = Terminal(f"sqlite:///{tmp_path}/new.db")
    fresh.ok("--policy", policy, "init")
    assert fresh.json("--policy", policy, "staff", "show")["row"]["bound"] is True
    assert fresh.ok("--policy", policy, "audit", "verify")
