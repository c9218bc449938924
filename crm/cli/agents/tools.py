"""The tools of an agent: one for each method of the library that can be called with JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from attrs import frozen

from crm.errors import N_, InvalidInput
from crm.interface.json_schema import Schema, arguments, result
from crm.interface.methods import Method, methods, services
from crm.refusals import not_one_of

#: The number of rows of a list that an agent gets by default.
ROWS = 50
#: Methods that are no tools beside the dangerous ones, and why.
NOT_TOOLS: Mapping[str, str] = {
    "audit.seal": "what is sealed is decided by who keeps the anchors",
    "imports.apply": "takes the rows of a file",
    "imports.preview": "takes the rows of a file",
    "industries.load": "takes the rows of a file",
    "rates.load": "takes the rows of a file",
    "report.entries": "takes a report; the tool explain does both",
}


@frozen
class Tool:
    """A tool.

    Attributes:
        method: The method that it calls.
        name: Its name: that of the method, with an underscore.
        text: What it does, for the agent.
        schema: Of its arguments.
        output: Of its result.
    """

    method: Method
    name: str
    text: str
    schema: Schema
    output: Schema


def tools(*, writes: bool, nouns: Collection[str] = ()) -> dict[str, Tool]:
    """Return the tools by name: those that read, and with *writes* those that plan a write.

    Args:
        writes: Whether those that write are among them.
        nouns: The services whose tools are wanted, such as ``leads``; none: all.

    Raises:
        InvalidInput: There is no such service.
    """
    known = [service for service, _ in services()]
    unknown = [noun for noun in nouns if noun not in known]
    if unknown:
        raise InvalidInput(*(not_one_of(noun, known, "noun") for noun in unknown))
    return {tool.name: tool for tool in _tools(writes=writes, nouns=nouns or known)}


def _tools(*, writes: bool, nouns: Collection[str]) -> Iterator[Tool]:
    for method in methods().values():
        service = method.name.partition(".")[0]
        is_tool = not method.dangerous and method.name not in NOT_TOOLS
        if service in nouns and is_tool and (writes or not method.writes):
            yield Tool(
                method=method,
                name=method.name.replace(".", "_"),
                text=_text(method),
                schema=arguments(method),
                output=_PLANNED if method.writes else _object(result(method)),
            )


def _text(method: Method) -> str:
    refused = ", ".join(method.docstring.raises)
    return "\n\n".join(
        filter(
            None,
            (
                method.docstring.summary,
                method.docstring.text,
                "Writes nothing yet: returns a plan with a token. The tool confirm writes it." if method.writes else "",
                f"Refused with: {refused}." if refused else "",
            ),
        )
    )


def _object(schema: Schema) -> Schema:
    """Return the schema of a result; what is no object stands in one, as the protocol asks."""
    if schema.get("type") == "object" or "$ref" in schema:
        return schema if "$ref" not in schema else {"type": "object", **schema}
    definitions = {"$defs": schema.pop("$defs")} if "$defs" in schema else {}
    return {"type": "object", "properties": {"result": schema}, "required": ["result"], **definitions}


#: What a planned write returns.
_PLANNED: Schema = {
    "type": "object",
    "properties": {
        "token": {"type": "string", "description": "What the tool confirm takes."},
        "method": {"type": "string"},
        "result": {"description": "What the method returned when it was tried."},
        "changes": {
            "type": "array",
            "description": "Each record that it changes, as the audit will tell it.",
            "items": {"type": "object"},
        },
    },
    "required": ["token", "method", "result", "changes"],
}

#: The instructions for the agent.
INSTRUCTIONS = N_(
    "An investor CRM. Name a record by its number, its uid, its code or any unique part of its name. Amounts are exact:"
    " minor units and a currency. A refusal is structured: code, field, what is wrong, and the way out in_python, which"
    " names the method whose tool to call. A tool that writes returns a plan and a token; nothing is written before"
    " confirm is called with the token. explain returns the signed records behind a figure of a report."
)
