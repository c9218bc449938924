"""``crm digest``: what is overdue, due, stale and has arrived, to a file, by mail, or to a webhook."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crm.cli.kit.face import Face
from crm.cli.kit.files import file_options, give, require_writable
from crm.cli.kit.verbs import Verb, option
from crm.cli.summaries import SUMMARIES
from crm.errors import N_, InvalidInput, Problem, problem

if TYPE_CHECKING:
    from crm.reports.sheet import Report

_ENDINGS = {"md": "md", "txt": "table", "html": "html", "htm": "html", "json": "json"}


@click.command(
    "digest",
    cls=Verb,
    help=SUMMARIES["digest"]
    + "\n\n"
    + N_(
        "By default your own. It is printed, written to a file, mailed, or sent to a webhook. If it is "
        "empty, nothing is sent. For cron and systemd: docs/calendars.md."
    ),
    examples=(
        "crm digest",
        "crm digest --unit lixia --days 14 --output digest.md",
        "crm digest --station tokyo --mail tokyo@example.com",
    ),
)
@option("--person", metavar="USER", help=N_("The digest of this person, by user name."))
@option("--station", metavar="STATION", help=N_("The digest of a station."))
@option("--unit", metavar="UNIT", help=N_("The digest of a unit."))
@option(
    "--days",
    type=click.IntRange(min=1, max=366),
    default=7,
    show_default=True,
    metavar="N",
    help=N_("Days ahead for deadlines, and days back for arrivals of capital."),
)
@file_options
@option("--mail", multiple=True, metavar="ADDRESS", help=N_("Mail it to this address; the server is in CRM_SMTP."))
@option("--from", "sender", metavar="ADDRESS", help=N_("The sender of the mail; default: the first recipient."))
@option(
    "--webhook", metavar="URL", help=N_("Send it to this URL as JSON, signed with the secret in CRM_WEBHOOK_SECRET.")
)
def command(
    face: Face,
    *,
    days: int,
    output: Path | None,
    force: bool,
    mail: Sequence[str],
    sender: str | None,
    webhook: str | None,
    person: str | None,
    station: str | None,
    unit: str | None,
) -> None:
    """Print or send."""
    form = require_writable(None, output, _ENDINGS, otherwise="json" if face.json else "table", force=force)
    if lacking := [
        *_lacking("CRM_SMTP", needed=bool(mail)),
        *_lacking("CRM_WEBHOOK_SECRET", needed=webhook is not None),
    ]:
        raise InvalidInput(*lacking)
    with face.reading() as crm:
        sheet = crm.report.digest(person=person, station=station, unit=unit, days=days)
    sends = mail or webhook is not None
    if output is not None or not sends:
        _print(face, sheet, form, output, force=force)
    if not sends:
        return
    if not sheet.tables:
        face.done(N_("The digest is empty; nothing was sent."))
        return
    face.committed = True  # what is sent is not sent again
    if mail:
        _mail(face, sheet, mail, sender or mail[0])
    if webhook is not None:
        _post(face, sheet, webhook)


def _lacking(name: str, *, needed: bool) -> list[Problem]:
    if not needed or os.environ.get(name):
        return []
    return [
        problem(
            N_("{name} is not set."),
            N_("Set it in the environment, where no other user sees it: docs/calendars.md."),
            field=name.lower(),
            code="missing",
            name=name,
        )
    ]


def _print(face: Face, sheet: Report, form: str, output: Path | None, *, force: bool) -> None:
    if form == "table" and output is None:
        from crm.cli.reports.tables import draw

        face.draw(*draw(face, sheet, None))
    elif output is None:
        face.print_json(sheet)
    else:
        from crm.cli.reports.tables import text
        from crm.exchange.formats import render

        content = text(face, sheet, None).encode() if form == "table" else render(sheet, form, face.language)
        give(face, N_("The digest is written to {file}."), output, content, force=force)


def _mail(face: Face, sheet: Report, to: Sequence[str], sender: str) -> None:
    from importlib.util import find_spec

    from crm.exchange.formats import render
    from crm.exchange.sending import send_mail
    from crm.exchange.writing import Writer

    page = render(sheet, "html", face.language).decode() if find_spec("jinja2") else None
    send_mail(
        os.environ["CRM_SMTP"],
        sender=sender,
        to=to,
        subject=Writer(face.language).words(sheet.title),
        text=render(sheet, "md", face.language).decode(),
        page=page,
    )
    face.done(N_("The digest is mailed to {to}."), to=", ".join(to))


def _post(face: Face, sheet: Report, url: str) -> None:
    import json
    import time

    from crm.exchange.formats import render
    from crm.exchange.sending import post

    tree = json.loads(render(sheet, "json", face.language))
    body = json.dumps(
        {"text": render(sheet, "md", face.language).decode(), "digest": tree}, ensure_ascii=False
    ).encode()
    secret = os.environ["CRM_WEBHOOK_SECRET"].encode()
    attempts = post(url, body, secret=secret, timestamp=str(int(time.time())), sleep=time.sleep)
    face.done(N_("The digest is posted, in {attempts} attempts."), attempts=attempts)
