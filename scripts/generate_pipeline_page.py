"""Write docs/pipeline.md from the policy in crm/rules/stages.py, so that it cannot say anything else.

python scripts/generate_pipeline_page.py
python scripts/generate_pipeline_page.py --check
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from crm.cli.printing.catalogues import catalogue
from crm.rules.pipeline.facts import GATES
from crm.rules.stages import DEFAULT, MoveKind, Pipeline

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "pipeline.md"
CHINESE = catalogue("zh_CN")
_HEAD = """\
# The pipeline

The stage says how far a lead is, the status whether it is active. This page is generated from `DEFAULT` in
`crm/rules/stages.py` by `make docs`; `make check` fails when it is out of date. Another city passes
[its own policy](policy.md).

阶段说明项目走到哪一步，状态说明项目是否在推进。本页由 `crm/rules/stages.py` 生成。
"""


def label(english: str, chinese: str = "") -> str:
    """Return a label in both languages, for a cell or a box."""
    return f"{english} {chinese or CHINESE.gettext(english)}"


def diagram(policy: Pipeline) -> Iterator[str]:
    """Yield the lines of a Mermaid state diagram of stages and statuses."""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield "    direction LR"
    yield "    state active {"
    yield from (f"        {stage.code} : {label(stage.label, stage.label_zh)}" for stage in policy.stages)
    yield f"        [*] --> {policy.first.code} : open"
    for lower, higher in zip(policy.stages, policy.stages[1:], strict=False):
        yield f"        {lower.code} --> {higher.code} : advance"
        yield f"        {higher.code} --> {lower.code} : back"
    yield "    }"
    yield "    active --> on_hold : hold"
    yield "    on_hold --> active : resume"
    for status, verb in (("lost", "lose"), ("abandoned", "abandon")):
        for origin in ("active", "on_hold"):
            yield f"    {origin} --> {status} : {verb}, before {policy.last.code}"
    for origin in ("active", "on_hold"):
        yield f"    {origin} --> exited : exit, after {policy.last.code}"
    for status in ("lost", "abandoned", "exited"):
        yield f"    {status} --> active : reopen, at {policy.reopen_at} or lower"
    yield "```"


def gates(policy: Pipeline) -> Iterator[str]:
    """Yield the table of the gates of each stage."""
    yield "| stage | 阶段 | gate | missing if not met | 缺什么 |"
    yield "| --- | --- | --- | --- | --- |"
    for stage in policy.stages:
        chinese = stage.label_zh or CHINESE.gettext(stage.label)
        for name in stage.gates:
            text = GATES[name].text
            yield f"| {stage.code} | {chinese} | `{name}` | {text} | {CHINESE.gettext(text)} |"


def limits(policy: Pipeline) -> Iterator[str]:
    """Yield the table of the days after which a lead is stale."""
    yield "| stage | 阶段 | stale after, in days |"
    yield "| --- | --- | --- |"
    for stage in policy.stages:
        yield f"| {stage.code} | {stage.label_zh or CHINESE.gettext(stage.label)} | {stage.stale_days or 'never'} |"


def moves(policy: Pipeline) -> Iterator[str]:
    """Yield the table of who may make which move."""
    yield "| move | roles |"
    yield "| --- | --- |"
    for kind in MoveKind:
        yield f"| {kind.value} | {', '.join(policy.roles[kind])} |"


def page(policy: Pipeline = DEFAULT) -> str:
    """Return the whole page."""
    parts = [
        _HEAD,
        *diagram(policy),
        "",
        "A lead advances one stage at a time; a skip needs a reason and must meet every gate between, all reported at once.",
        f"Moving back needs a reason, and stops at `{policy.capital_floor}` unless all capital is reversed.",
        f"A closed lead is reopened at `{policy.reopen_at}` or lower, in its next cycle, and remains the same lead.",
        "",
        "## Gates 准入条件",
        "",
        *gates(policy),
        "",
        "## Stale leads 停滞提醒",
        "",
        "A lead is stale without a move, visit, follow-up done or document for so many days.",
        "",
        *limits(policy),
        "",
        "## Who moves a lead",
        "",
        "A policy can narrow the [table of rights](access.md), not widen it.",
        "",
        *moves(policy),
    ]
    return "\n".join(parts) + "\n"


def main() -> int:
    """Write the page, or check it."""
    content = page()
    if PAGE.exists() and PAGE.read_text("utf-8") == content:
        return 0
    if "--check" in sys.argv[1:]:
        print(f"{PAGE.relative_to(ROOT)} is out of date; run: make docs")
        return 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(content, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
