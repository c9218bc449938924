"""Binding staff on the command line: who types is who the operating system or the server says."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text

from crm import make_engine
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


@pytest.mark.portable
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


@pytest.mark.portable
def test_the_owner_makes_an_administrator_again(town: Terminal, policy: str) -> None:
    """In the name of who has left or was never one; the audit and ``crm db check`` tell it."""
    me = Terminal(town.url, user="")  # whoever the identity is bound to
    town.ok("staff", "bind", "boss")
    town.ok("db", "recover-admin", "tokyo.desk", "--reason", "the last admin has left")
    card = me.json("--policy", policy, "staff", "show")
    assert (card["row"]["username"], card["row"]["role"], card["row"]["bound"]) == ("tokyo.desk", "admin", True)
    me.ok("--policy", policy, "staff", "archive", "boss", "--reason", "left", "--to", "tokyo.desk")
    me.ok("--policy", policy, "db", "recover-admin", "boss", "--reason", "back")
    assert me.json("staff", "show")["row"]["username"] == "boss"
    marks = town.json("db", "check")["recovered"]
    assert [(mark["actor"], mark["reason"]) for mark in marks] == [
        ("boss", "back"),
        ("tokyo.desk", "the last admin has left"),
    ]
    assert "the last admin has left" in town.ok("db", "check")
    assert town.json("audit", "verify") == []
    assert town.json("staff", "show", "tokyo.desk")["bindings"][0]["until"] is not None
    assert town.refused(1, "db", "recover-admin", "nobody", "--reason", "r")["problems"][0]["code"] == "not_found"


@pytest.mark.portable
def test_only_the_owner_of_the_file_does(begun: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else who may write the file is refused by this program."""
    if not hasattr(os, "geteuid"):
        pytest.skip("Windows has no such owner")
    monkeypatch.setattr("crm.files.private.is_owner", lambda _file: False)
    told = begun.refused(1, "db", "recover-admin", "boss", "--reason", "r")
    assert told["problems"][0]["code"] == "owner"


def test_the_roles_are_printed_and_made(town: Terminal) -> None:
    """On PostgreSQL; a file has none, and a prefix that is no name is refused."""
    url = make_url(town.url)
    if url.get_backend_name() == "sqlite":
        assert town.refused(2, "db", "roles")["problems"][0]["code"] == "dialect"
        return
    assert town.refused(2, "db", "roles", "--prefix", "x; DROP")["problems"][0]["code"] == "prefix"
    printed = town.ok("db", "roles")
    assert "GRANT SELECT, INSERT ON" in printed
    prefix = f"r{uuid4().hex[:12]}"
    assert f"{prefix}_reader" in town.ok("db", "roles", "--prefix", prefix, "--apply")
    try:
        assert town.ok("db", "check")
        assert town.json("lead", "list")
        town.ok("db", "recover-admin", "boss", "--reason", "r")
    finally:
        engine = make_engine(town.url)
        with engine.begin() as connection:
            for role in ("owner", "application", "reader"):
                connection.execute(text(f"REASSIGN OWNED BY {prefix}_{role} TO CURRENT_USER"))
                connection.execute(text(f"DROP OWNED BY {prefix}_{role}"))
                connection.execute(text(f"DROP ROLE {prefix}_{role}"))
        engine.dispose()
