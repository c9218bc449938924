"""Our commands as a group of a host's Click program, on its engine or session, with its user and policy."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from crm import CRM, Pipeline
from crm.cli import group
from crm.models import Investor
from tests.embedding.test_in_a_hosts_program import POLICY

pytestmark = pytest.mark.portable

ADD = ("investor", "add", "丸红", "--country", "JP")
#: The environment of the host's process names a database and a user that must not be taken.
ENVIRONMENT = {"CRM_DB": "sqlite:////nowhere/else.db", "CRM_USER": "nobody", "CRM_LANG": "en"}


@pytest.fixture
def engine(migrated_engine: Engine) -> Engine:
    """A database of the test's own, with an admin and an ambassador."""
    with Session(migrated_engine) as session, session.begin():
        CRM(session, None).staff.found("admin", "管理员")
        CRM(session, "admin").staff.add("tokyo.desk", "东京站", role="ambassador", station="tokyo")
    return migrated_engine


def typed(ours: click.Command, *line: str, **environment: str) -> Result:
    """Type a line at a host in which our group is mounted."""
    host = click.Group("host")
    host.add_command(ours, "investors")
    result = CliRunner(env={**ENVIRONMENT, **environment}).invoke(host, ["investors", *line], prog_name="host")
    assert "Traceback" not in result.output
    return result


def count(engine: Engine) -> int:
    """Return how many investors there are."""
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Investor)) or 0


def by(engine: Engine) -> str | None:
    """Return who wrote last."""
    with Session(engine) as session:
        return CRM(session, "admin").audit.list(limit=1)[0].actor


@pytest.mark.parametrize("called", [False, True], ids=["given", "called"])
def test_commands_work_on_the_hosts_engine(engine: Engine, called: bool) -> None:
    """As the host's user, each in a transaction of its own; the engine stays open, and the environment is not asked."""
    policy = Pipeline.from_toml(POLICY)
    ours = (
        group(engine=lambda: engine, actor=lambda: "tokyo.desk", policy=policy)
        if called
        else group(engine=engine, actor="tokyo.desk", policy=policy)
    )
    result = typed(ours, *ADD, CRM_POLICY="/nowhere.toml")
    assert result.exit_code == 0, result.output
    assert (count(engine), by(engine)) == (1, "tokyo.desk")
    assert json.loads(typed(ours, "investor", "list", "--json").stdout)[0]["name"] == "丸红"
    assert typed(ours, "lead", "show", "99").exit_code == 1


def test_commands_work_in_the_hosts_session(engine: Engine) -> None:
    """They flush, and the host commits or rolls back; its own rows are in the same transaction."""
    registry = scoped_session(sessionmaker(engine))
    ours = group(session=registry, actor="tokyo.desk")
    try:
        assert typed(ours, *ADD).exit_code == 0
        assert json.loads(typed(ours, "investor", "list", "--json").stdout)[0]["name"] == "丸红"
        registry.rollback()
        assert json.loads(typed(ours, "investor", "list", "--json").stdout) == []
        registry.rollback()
        assert count(engine) == 0
        assert typed(ours, *ADD).exit_code == 0
        registry.commit()
    finally:
        registry.remove()
    assert (count(engine), by(engine)) == (1, "tokyo.desk")


def test_a_refused_command_leaves_the_session_as_it_was(engine: Engine) -> None:
    """What the host wrote before stays in its transaction."""
    with Session(engine) as session, session.begin():
        ours = group(session=session, actor="tokyo.desk")
        CRM(session, "admin").investors.add("三井", country="JP")
        assert typed(ours, "staff", "add", "x", "--name", "x", "--role", "viewer").exit_code == 1
    assert count(engine) == 1


@pytest.mark.parametrize("option", ["--db", "--tenant", "--as", "--policy"])
@pytest.mark.parametrize("level", [0, 1, 2])
def test_the_line_cannot_choose_what_the_host_has_chosen(engine: Engine, option: str, level: int) -> None:
    """The option is not there, behind program, noun and verb, nor in their help; those of the host's output are."""
    ours = group(engine=engine, actor="tokyo.desk", policy=Pipeline.from_toml(POLICY))
    line = [*ADD]
    line[level:level] = [option, "x"]
    result = typed(ours, *line)
    assert result.exit_code == 2
    assert option in result.output
    shown = typed(ours, *ADD[:level], "--help").output
    assert f"{option} " not in shown
    assert "--json" in shown
    assert count(engine) == 0


def test_the_line_chooses_what_the_host_leaves_open(engine: Engine) -> None:
    """Without an actor, --as says who acts."""
    result = typed(group(engine=engine, policy=Pipeline.from_toml(POLICY)), *ADD, "--as", "tokyo.desk")
    assert result.exit_code == 0, result.output
    assert by(engine) == "tokyo.desk"


def test_two_groups_of_a_program_do_not_mix(engine: Engine) -> None:
    """Each has its own user, beside the program with its options."""
    host = click.Group("host")
    host.add_command(group(engine=engine, actor="admin"), "one")
    host.add_command(group(engine=engine, actor="tokyo.desk"), "two")
    for name in ("one", "two"):
        result = CliRunner(env={"CRM_LANG": "en"}).invoke(host, [name, "investor", "add", name, "--country", "JP"])
        assert result.exit_code == 0, result.output
    with Session(engine) as session:
        assert {row.actor for row in CRM(session, "admin").audit.list(limit=None) if row.record == "investor"} == {
            "admin", "tokyo.desk",
        }  # fmt: skip


def test_an_engine_and_a_session_are_too_much(engine: Engine) -> None:
    """One of them says where the records are."""
    with Session(engine) as session, pytest.raises(ValueError, match="not both"):
        group(engine=engine, session=session)
