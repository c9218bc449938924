"""An agent's tools, tried with the client of the protocol's own package."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import jsonschema
import pytest
from mcp import Client, StdioServerParameters
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import make_engine
from crm.cli.agents.server import server
from crm.cli.agents.tools import NOT_TOOLS, tools
from crm.cli.kit.face import Face
from crm.cli.printing.language import Code, Language
from crm.errors import InvalidInput
from crm.interface.methods import methods
from crm.models import AuditEntry
from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable

Talk = Callable[[Client], Awaitable[Any]]


class Agent:
    """An agent that acts as a member of staff."""

    def __init__(self, address: str, user: str, *, writes: bool, language: Code = "en") -> None:
        face = Face(Language(language))
        face.give("db", address)
        face.give("user", user)
        self.server = server(face, tools(writes=writes), writes=writes)

    def talk(self, talk: Talk) -> Any:
        """Connect, and do what *talk* does with the client."""

        async def connected() -> Any:
            async with Client(self.server) as client:
                return await talk(client)

        return anyio.run(connected)

    def call(self, tool: str, /, **arguments: Any) -> dict[str, Any]:
        """Call a tool, and return its result; a refusal has the key error."""
        result = self.talk(lambda client: client.call_tool(tool, arguments))
        assert result.is_error == ("error" in result.structured_content)
        return dict(result.structured_content)


@pytest.fixture
def address(town: Terminal) -> str:
    """The database of the town."""
    return town.url


def entries(address: str) -> int:
    """Return how many changes the audit holds."""
    engine = make_engine(address)
    with Session(engine) as session:
        count = session.scalar(select(func.count()).select_from(AuditEntry))
    engine.dispose()
    return count or 0


def test_each_method_is_a_tool_or_is_named() -> None:
    """With the reason why not."""
    named = {tool.method.name for tool in tools(writes=True).values()}
    dangerous = {name for name, method in methods().items() if method.dangerous}
    assert named == methods().keys() - NOT_TOOLS.keys() - dangerous
    assert methods().keys() >= NOT_TOOLS.keys()


def test_without_write_nothing_writes(address: str) -> None:
    """The tools that the client sees read alone, and confirm is none of them."""
    listed = Agent(address, "shen", writes=False).talk(lambda client: client.list_tools())
    names = {tool.name for tool in listed.tools}
    assert {"leads_list", "report_year", "explain"} <= names
    assert not {"leads_advance", "confirm"} & names
    assert all(tool.annotations.read_only_hint for tool in listed.tools)


@pytest.mark.whole
def test_the_schemas_are_schemas(address: str) -> None:
    """Of arguments and of results; both are objects."""
    listed = Agent(address, "boss", writes=True).talk(lambda client: client.list_tools())
    for tool in listed.tools:
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        jsonschema.Draft202012Validator.check_schema(tool.output_schema or {})
        assert tool.input_schema["type"] == (tool.output_schema or {"type": "object"})["type"] == "object"


def test_a_list_is_a_page(address: str) -> None:
    """Rows, and how many there are; the result fits the schema that the client was given."""
    page = Agent(address, "shen", writes=False).call("leads_list", limit=1)
    assert len(page["rows"]) == 1
    assert page["total"] >= 1


def test_a_write_is_planned_then_confirmed(address: str) -> None:
    """The plan writes nothing; the confirmation writes once."""
    agent, before = Agent(address, "boss", writes=True), entries(address)
    plan = agent.call("leads_edit", ref="1", note="重点")
    assert entries(address) == before
    assert [change["record"] for change in plan["changes"]] == ["lead"]
    assert plan["changes"][0]["changes"]["note"][1] == "重点"
    written = agent.call("confirm", token=plan["token"])
    assert entries(address) == before + 1
    assert written["changes"][0]["changes"] == plan["changes"][0]["changes"]
    assert agent.call("confirm", token=plan["token"])["error"] == "NotFound"
    assert entries(address) == before + 1
    assert agent.call("leads_show", ref="1")["row"]["id"] == 1


def test_a_plan_that_somebody_overtook_is_refused(address: str, town: Terminal) -> None:
    """What it was planned on has changed: nothing is written."""
    agent = Agent(address, "boss", writes=True)
    plan = agent.call("leads_edit", ref="1", note="重点")
    town.ok("lead", "edit", "1", "--note", "另一说法")
    before = entries(address)
    assert agent.call("confirm", token=plan["token"])["problems"][0]["code"] == "stale"
    assert entries(address) == before


def test_a_new_record_is_planned(address: str) -> None:
    """It has another uid each time, and is the same plan."""
    agent = Agent(address, "boss", writes=True)
    plan = agent.call("investors_add", name="三井物産", country="JP")
    assert agent.call("confirm", token=plan["token"])["result"]["record"] == "investor"
    assert agent.call("investors_find", text="三井")["result"][0]["name"] == "三井物産"


def test_a_refusal_is_structured(address: str) -> None:
    """The way out names a method, as a tool's name does."""
    refused = Agent(address, "boss", writes=True).call("leads_advance", ref="1")
    assert refused["error"] == "GatesNotMet"
    assert {"code", "field", "stage", "text", "in_python"} <= refused["problems"][0].keys()


def test_a_refusal_in_chinese(address: str) -> None:
    """The agent speaks the language of the call."""
    refused = Agent(address, "shen", writes=False, language="zh").call("leads_show", ref="没有这个")
    assert refused["problems"][0]["text"] == "没有项目线索“没有这个”。"


def test_rights_hold_on_every_call(address: str) -> None:
    """A viewer's agent plans nothing."""
    refused = Agent(address, "tokyo.desk", writes=True).call("staff_archive", ref="shen", reason="x")
    assert refused["error"] == "AccessDenied"


@pytest.mark.parametrize(
    ("name", "arguments", "field"),
    [
        ("leads_list", {"nothing": 1}, None),
        ("leads_show", {}, None),
        ("leads_list", {"limit": "many"}, "limit"),
        ("leads_show", {"ref": {"id": 1}}, "ref"),
    ],
)
def test_wrong_arguments_are_named(address: str, name: str, arguments: dict[str, Any], field: str | None) -> None:
    """By the schema that the agent was given."""
    refused = Agent(address, "shen", writes=False).call(name, **arguments)
    assert (refused["error"], refused["problems"][0]["field"]) == ("InvalidInput", field)


def test_an_unknown_tool(address: str) -> None:
    """Is refused as everything else is."""
    assert Agent(address, "shen", writes=False).call("drop_tables")["error"] == "NotFound"


def test_a_figure_is_explained(address: str, town: Terminal) -> None:
    """By the entries behind it, with who signed them."""
    town.ok("capital", "record", "1", "5000000 USD", "--arrived", "2023-06-01", "--reference", "验资1")
    agent = Agent(address, "shen", writes=False)
    behind = agent.call("explain", report="year", arguments={"period": "2023"})
    assert behind["figures"]
    assert agent.call("explain", report="weather")["error"] == "NotFound"


def test_nouns_are_chosen() -> None:
    """A client with room for few tools takes few."""
    assert {name.partition("_")[0] for name in tools(writes=False, nouns=["leads"])} == {"leads"}
    with pytest.raises(InvalidInput) as caught:
        tools(writes=False, nouns=["weather"])
    assert caught.value.problems[0].field == "noun"


@pytest.mark.whole
def test_the_command_serves(town: Terminal, tmp_path: Path) -> None:
    """Over the standard input and output, until the input ends."""

    async def talk() -> Any:
        started = StdioServerParameters(
            command=sys.executable,
            args=["-m", "crm", "--db", town.url, "--as", "shen", "mcp", "--noun", "leads"],
            cwd=tmp_path,
        )
        async with Client(started) as client:
            return await client.call_tool("leads_board", {})

    assert anyio.run(talk).structured_content["result"][0]["stage"] == "contact"
