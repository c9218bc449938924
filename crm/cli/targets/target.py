"""``crm target``: targets of a period (目标任务), set from arguments or a file, and frozen scorecards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from crm.cli.kit.face import Face
from crm.cli.kit.field_options import field_argument, field_options
from crm.cli.kit.shared_verbs import attributes, list_verb, record_verb, show_verb, write_verb
from crm.cli.kit.verbs import (
    FILTER,
    NAMED,
    argument,
    changes,
    day_option,
    noun,
    option,
    period_argument,
    reason_option,
    uid_option,
    verb,
)
from crm.cli.toml_files import text_of
from crm.errors import N_
from crm.rules.targets.fields import NewTarget, TargetChanges

command = noun("target")

_TARGET = {"metavar": "TARGET", "help": N_("Code or number of the target.")}


@verb(
    command,
    "load",
    help=N_(
        "Set all targets of a TOML file, or none.\n\nEvery error is named with its line. Loading the same "
        "file again changes nothing; a changed target needs a reason, and its earlier version stays "
        "readable."
    ),
    examples=["crm target load targets-2023.toml", "crm target load targets-2023.toml --reason 年中调整"],
)
@argument("file", metavar="FILE", type=click.Path(path_type=Path), help=N_("The TOML file."))
@reason_option()
def load(face: Face, file: Path, reason: str | None) -> None:
    """Load."""
    text = face.once(file, lambda: text_of(file))
    with face.writing() as crm:
        loaded = crm.targets.load(text, reason=reason)
    values = {"added": loaded.added, "changed": loaded.changed, "unchanged": loaded.unchanged}
    if face.json:
        face.print_json(values)
        return
    face.done(
        N_("{added} added, {changed} changed, {unchanged} unchanged."),
        **{key: len(targets) for key, targets in values.items()},
    )


@verb(
    command,
    "set",
    help=N_(
        "Set or change a target.\n\nThe threshold is a number (20), an amount (3.2bn USD), a share (15 %) "
        "or a multiple (2 x)."
    ),
    examples=[
        (
            'crm target set fdi-2023 --title 实际使用外资 --measure actual_fdi --period 2023 --at-least "3.2bn USD"'
            " --source 市政府工作报告"
        ),
        (
            "crm target set trips-2023 --title 每季度赴外招商 --measure delegations --filter place=abroad --filter "
            "led_by=first --period 2023 --at-least 1 --scope each --kind district --cadence quarter --source 方案"
        ),
        (
            'crm target set twice-2023 --title 翻一番 --measure delegations --period 2023 --at-least "2 x"'
            " --scope each --unit lixia --entered lixia=3 --source 招商方案"
        ),
    ],
)
@field_argument(NewTarget, "code")
@field_options(
    NewTarget,
    but={"code"},
    whole=True,
    scope={"default": "city", "show_default": True},
    cadence={"default": "whole", "show_default": True},
)
@reason_option()
@uid_option
def set_(face: Face, **options: Any) -> None:
    """Set."""
    _read_pairs(options)
    for key in ("kinds", "units", "baselines"):
        options[key] = options[key] or None
    with face.writing() as crm:
        target = crm.targets.set(**options)
        values = {"id": target.id, "uid": target.uid, "code": target.code}
    face.done(N_("Target {code} is set."), **values)


@verb(
    command,
    "edit",
    help=N_(
        "Correct the terms of a target; what is not given stays, an empty text clears.\n\nIt makes a new version; the "
        "earlier one stays readable, and frozen scorecards keep it."
    ),
    examples=['crm target edit fdi-2023 --at-least "3.3bn USD" --reason 省里加码'],
)
@argument("target", **_TARGET)
@field_options(TargetChanges)
@reason_option(required=True)
def edit(face: Face, target: str, *, reason: str, **options: Any) -> None:
    """Edit."""
    given: dict[str, Any] = {key: None if value == ("",) else value for key, value in changes(**options).items()}
    _read_pairs(given)
    with face.writing() as crm:
        changed = crm.targets.edit(target, reason=reason, **given)
        values = {"id": changed.id, "uid": changed.uid, "code": changed.code}
    face.done(N_("Target {code} is corrected."), **values)


list_verb(
    command,
    "list",
    lambda crm: crm.targets.list,
    period_argument(FILTER),
    option("--ended", is_flag=True, help=N_("Include ended ones.")),
    help=N_("List the targets with their current terms."),
    examples=["crm target list", "crm target list 2023 --ended"],
    columns="TARGETS",
    empty=N_("There are no targets."),
    room=__package__,
)


show_verb(
    command,
    "target",
    lambda crm: crm.targets.show,
    help=N_("Show a target with each of its versions."),
    examples=["crm target show fdi-2023"],
    named=_TARGET,
    room=__package__,
)


record_verb(
    command,
    "end",
    lambda crm: crm.targets.end,
    reason_option(required=True),
    help=N_("End a target: it no longer applies, and stays on the list with its reason."),
    examples=["crm target end events-2023 --reason 不再考核"],
    record="target",
    named=_TARGET,
    done=N_("Target {code} has ended; to bring it back: crm target restore {code}"),
    keys=("id", "code"),
)


record_verb(
    command,
    "restore",
    lambda crm: crm.targets.restore,
    reason_option(required=True),
    help=N_("Restore a target that has ended, with the terms that it had."),
    examples=["crm target restore events-2023 --reason 恢复考核"],
    record="target",
    named=_TARGET,
    done=N_("Target {code} is restored."),
    keys=("id", "code"),
)


write_verb(
    command,
    "freeze",
    lambda crm: crm.targets.freeze,
    period_argument(NAMED, required=True),
    day_option("--as-of", help=N_("The last day that counts; default: today.")),
    reason_option(),
    uid_option,
    help=N_(
        "Freeze the scorecard of a period.\n\nLater data does not change it; crm report scorecard --frozen "
        "prints it. Freezing again makes another edition, with a reason."
    ),
    examples=["crm target freeze 2023 --as-of 2023-06-30", "crm target freeze 2023 --reason 补录6月到资"],
    done=N_("Frozen as of {as_of}, edition {edition}."),
    values=attributes("id", "uid", "edition", "as_of"),
)


list_verb(
    command,
    "editions",
    lambda crm: crm.targets.editions,
    period_argument(FILTER),
    help=N_("List frozen scorecards."),
    examples=["crm target editions", "crm target editions 2023"],
    columns="EDITIONS",
    empty=N_("No scorecard was frozen."),
    room=__package__,
)


def _read_pairs(options: dict[str, Any]) -> None:
    """Read the options of a target that are pairs, where they are given."""
    for key in ("filter", "of_filter"):
        if options.get(key) is not None:
            options[key] = _filter(options[key], f"--{key.replace('_', '-')}")
    if options.get("baselines") is not None:
        entered = dict(_pairs(options["baselines"], "--entered"))
        options["baselines"] = {key: int(value) if value.isdecimal() else value for key, value in entered.items()}


def _pairs(texts: tuple[str, ...], option_name: str) -> list[tuple[str, str]]:
    """Read KEY=VALUE."""
    from crm.errors import InvalidInput, problem

    wrong = [pair for pair in texts if not all(part.strip() for part in pair.partition("=")[::2])]
    if wrong:
        raise InvalidInput(
            *(
                problem(
                    N_('{option}: "{text}" is not a pair.'),
                    N_("Write KEY=VALUE."),
                    field=option_name,
                    code="pair",
                    option=option_name,
                    text=pair[:40],
                )
                for pair in wrong
            )
        )
    return [(key.strip(), value.strip()) for key, _, value in (pair.partition("=") for pair in texts)]


def _filter(texts: tuple[str, ...], option_name: str) -> dict[str, object] | None:
    """Return a filter in the form of the file; keys with several values are lists."""
    from crm.rules.targets.terms import is_list

    found: dict[str, Any] = {}
    for key, value in _pairs(texts, option_name):
        if is_list(key):
            found[key] = [
                *found.get(key, []),
                *(part.strip() for part in value.replace("，", ",").split(",") if part.strip()),
            ]
        else:
            found[key] = value
    return found or None
