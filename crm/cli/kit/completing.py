"""Shell completions of values that are cheap to look up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crm.errors import CRMError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def stations(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001 - Click's signature
    """Return the codes of the stations; none if the database is not available."""
    from click.shell_completion import CompletionItem
    from sqlalchemy.exc import SQLAlchemyError

    from crm.cli.kit.calls import face_of

    face = face_of(ctx)
    rows: tuple[object, ...] = ()
    try:
        with face.reading() as crm:
            rows = crm.stations.list()
    except (CRMError, SQLAlchemyError, OSError):
        return []
    return [
        CompletionItem(row.code, help=row.name if face.language.code == "zh" else row.name_en)
        for row in rows
        if row.code.startswith(incomplete)
    ]
