"""The server that speaks the Model Context Protocol over the standard input and output."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import jsonschema
import mcp_types as types
from anyio import CapacityLimiter, to_thread
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server

from crm import __version__
from crm.cli.agents.bureau import Bureau
from crm.cli.agents.tools import INSTRUCTIONS, Tool
from crm.cli.kit.face import Face
from crm.cli.kit.faults import fault_of
from crm.cli.printing.plain import Form, error_document
from crm.errors import N_, Problem, problem

_TEXT = {"type": "string"}
#: The tools that belong to no method, with their arguments.
_EXPLAIN = types.Tool(
    name="explain",
    description=(
        "Return the signed records behind a figure of a report: who recorded and who verified each, when, and the"
        " document."
    ),
    input_schema={
        "type": "object",
        "properties": {
            "report": {**_TEXT, "description": "year, scorecard, funnel, station, board …"},
            "arguments": {"type": "object", "description": "The arguments of the report's tool, such as a period."},
            "figure": {"type": ["string", "null"], "description": "The key of a figure; by default all."},
        },
        "required": ["report"],
        "additionalProperties": False,
    },
    annotations=types.ToolAnnotations(read_only_hint=True),
)
_CONFIRM = types.Tool(
    name="confirm",
    description=(
        "Write what was planned. A plan is confirmed once; if somebody changed what it was planned on, nothing is"
        " written."
    ),
    input_schema={
        "type": "object",
        "properties": {"token": {**_TEXT, "description": "The token of the plan."}},
        "required": ["token"],
        "additionalProperties": False,
    },
    annotations=types.ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=True),
)

Call = Callable[[Mapping[str, Any]], dict[str, object]]


def server(face: Face, tools: Mapping[str, Tool], *, writes: bool) -> Server[Any]:
    """Return the server of these tools.

    Args:
        face: Whose database, actor, policy and language it is.
        tools: The tools by name.
        writes: Whether plans can be confirmed.
    """
    bureau = Bureau(face)
    listed = [_listed(tool) for tool in tools.values()] + [_EXPLAIN] + [_CONFIRM] * writes
    schemas = {tool.name: tool.input_schema for tool in listed}
    calls: dict[str, Call] = {
        name: partial(bureau.plan, tool.method) if tool.method.writes else partial(bureau.read, tool)
        for name, tool in tools.items()
    }
    calls["explain"] = lambda given: bureau.explain(given["report"], given.get("arguments", {}), given.get("figure"))
    if writes:
        calls["confirm"] = lambda given: bureau.confirm(given["token"])
    one_at_a_time = CapacityLimiter(1)

    async def list_tools(
        _: ServerRequestContext[Any], __: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=listed)

    async def call_tool(_: ServerRequestContext[Any], asked: types.CallToolRequestParams) -> types.CallToolResult:
        call = partial(_answered, face, calls, schemas, asked.name, asked.arguments or {})
        return await to_thread.run_sync(call, limiter=one_at_a_time)

    return Server(
        "investor-crm",
        version=__version__,
        instructions=face.say(INSTRUCTIONS),
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def serve(face: Face, tools: Mapping[str, Tool], *, writes: bool) -> None:
    """Answer on the standard input and output until the input ends."""
    made = server(face, tools, writes=writes)
    async with stdio_server() as (incoming, outgoing):
        await made.run(incoming, outgoing, made.create_initialization_options())


def _listed(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        description=tool.text,
        input_schema=tool.schema,
        output_schema=tool.output,
        annotations=types.ToolAnnotations(read_only_hint=True),
    )


def _answered(
    face: Face,
    calls: Mapping[str, Call],
    schemas: Mapping[str, object],
    name: str,
    arguments: Mapping[str, object],
) -> types.CallToolResult:
    """Call a tool; an error that a caller can cause is a result with its document."""
    if name not in calls:
        return _refused(
            face, "NotFound", [problem(N_('There is no tool "{name}".'), N_("See the list of tools."), name=name)]
        )
    wrong = list(jsonschema.Draft202012Validator(schemas[name]).iter_errors(dict(arguments)))
    if wrong:
        return _refused(face, "InvalidInput", [_invalid(error) for error in wrong])
    try:
        return _result(calls[name](arguments))
    except Exception as error:
        fault = fault_of(error, face.language)
        if fault is None:
            raise
        return _result(error_document(fault.name, fault.problems, fault.matches, Form(face.language, str)), failed=True)


def _invalid(error: jsonschema.ValidationError) -> Problem:
    """Return what is wrong with an argument."""
    field = ".".join(map(str, error.absolute_path)) or None
    return problem(
        "{why}", N_("See the schema of the tool."), field=field, code=str(error.validator), why=error.message
    )


def _refused(face: Face, name: str, problems: list[Problem]) -> types.CallToolResult:
    return _result(error_document(name, problems, (), Form(face.language, str)), failed=True)


def _result(document: dict[str, object], *, failed: bool = False) -> types.CallToolResult:
    text = json.dumps(document, ensure_ascii=False)
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], structured_content=document, is_error=failed
    )
