"""``crm lead``: the project company and the documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, cast

import click

from crm.cli.kit.face import Face
from crm.cli.kit.field_options import field_options
from crm.cli.kit.shared_verbs import distinct_option, record_verb
from crm.cli.kit.verbs import (
    CORRECTED,
    Noun,
    argument,
    changes,
    option,
    reason_option,
    uid_option,
    verb,
    version_option,
    withdrawn_option,
)
from crm.errors import N_
from crm.rules.leads.fields import EnterpriseFields, EvidenceFields

_LEAD = {"metavar": "LEAD", "help": N_("Number, uid, or any unique part of its title or investor.")}

_DISTINCT = N_("Why it is another document, if one with the same file or reference is on record.")
_DOCUMENT = {"metavar": "EVIDENCE", "help": N_("Number of the document; crm lead evidence LEAD lists them.")}


def join(command: Noun) -> None:
    """Give the noun these verbs."""

    @verb(
        command,
        "register",
        help=N_("Record the project company, or add to its record."),
        examples=[
            "crm lead register 1 --name 丸红氢能（济南）有限公司 --credit-code 91370100MA3D00004D",
            "crm lead register 1 --licensed 2023-06-01 --filing 鲁外资备202300001",
        ],
    )
    @argument("lead", **_LEAD)
    @field_options(EnterpriseFields)
    @version_option
    def register(face: Face, lead: str, version: int | None, **options: str | None) -> None:
        """Register."""
        with face.writing() as crm:
            found = crm.leads.get(lead)
            firm = crm.leads.register(found, version=version, **changes(**options))
            number, name, now = found.id, firm.name, found.version
        face.done(N_("Lead {id}: the project company is {name}."), id=number, name=name, version=now)

    @verb(
        command,
        "evidence",
        help=N_(
            "Record a document, or list the documents of a lead.\n\nWithout --kind the documents are "
            "listed. A file is kept beside the database, or in the folder that CRM_FILES names; crm lead save-evidence "
            "gets it back."
        ),
        examples=[
            "crm lead evidence 1",
            'crm lead evidence 1 --kind agreement --dated 2023-03-15 --reference JN-2023-017 --amount "20000000 USD"',
            "crm lead evidence 1 --kind operation_start --dated 2023-09-01 --reference 投产仪式 --file photo.jpg",
        ],
    )
    @argument("lead", **_LEAD)
    @field_options(EvidenceFields)
    @option(
        "--file",
        "file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help=N_("The file: a PDF, picture, text or office document."),
    )
    @withdrawn_option
    @distinct_option(_DISTINCT)
    @uid_option
    def evidence(face: Face, lead: str, kind: str | None, file: Path | None, **options: Any) -> None:
        """Record, or list."""
        withdrawn = options.pop("withdrawn")
        if kind is None and file is None and not any(options.values()):
            _list(face, lead, withdrawn=withdrawn)
            return
        _record(face, lead, kind, file, options)

    @verb(
        command,
        "save-evidence",
        help=N_(
            "Write the file of a document to a file.\n\nIt is checked against its SHA-256: a damaged file is refused, "
            "and nothing is written."
        ),
        examples=["crm lead save-evidence 12 agreement.pdf"],
    )
    @argument("evidence_id", **_DOCUMENT)
    @argument("output", type=click.Path(path_type=Path), metavar="FILE", help=N_("Where it is written."))
    @option("--force", is_flag=True, help=N_("Replace the file."))
    def save_evidence(face: Face, evidence_id: str, output: Path, force: bool) -> None:  # noqa: FBT001 - a flag
        """Save."""
        from crm.cli.kit.files import give

        with face.reading(files=True) as crm, crm.leads.evidence_file(evidence_id) as file:
            give(face, N_("The file of the document is written to {file}."), output, file, force=force)

    @verb(
        command,
        "confirm",
        help=N_("Confirm a document submitted by somebody else, such as the start of operation."),
        examples=["crm lead confirm 12"],
    )
    @argument("evidence_id", **_DOCUMENT)
    @version_option
    def confirm(face: Face, evidence_id: str, version: int | None) -> None:
        """Confirm."""
        with face.writing() as crm:
            number = crm.leads.confirm(evidence_id, version=version).id
        face.done(N_("Document {id} is confirmed."), id=number)

    record_verb(
        command,
        "edit-evidence",
        lambda crm: crm.leads.edit_evidence,
        field_options(EvidenceFields),
        reason_option(help=CORRECTED),
        distinct_option(_DISTINCT),
        version_option,
        help=N_(
            "Correct a document that nobody has confirmed; what is not given stays.\n\nYou may correct what you "
            "recorded yourself for some days, by default seven; a manager corrects everything, with a reason."
        ),
        examples=["crm lead edit-evidence 12 --dated 2023-03-16 --reference JN-2023-018"],
        record="evidence_id",
        named=_DOCUMENT,
        done=N_("Document {id} is corrected."),
        edits=True,
    )

    record_verb(
        command,
        "withdraw-evidence",
        lambda crm: crm.leads.withdraw_evidence,
        reason_option(help=CORRECTED),
        version_option,
        help=N_(
            "Withdraw a document that should not be on record.\n\n"
            "It stays readable, and meets no gate. A document on which a ledger entry or a confirmed "
            "referral depends cannot be withdrawn."
        ),
        examples=["crm lead withdraw-evidence 12 --reason 重复登记"],
        record="evidence_id",
        named=_DOCUMENT,
        done=N_("Document {id} is withdrawn; to bring it back: crm lead restore-evidence {id}"),
    )

    record_verb(
        command,
        "restore-evidence",
        lambda crm: crm.leads.restore_evidence,
        reason_option(help=CORRECTED),
        distinct_option(_DISTINCT),
        version_option,
        help=N_("Restore a withdrawn document."),
        examples=["crm lead restore-evidence 12"],
        record="evidence_id",
        named=_DOCUMENT,
        done=N_("Document {id} is restored."),
    )


def _list(face: Face, lead: str, *, withdrawn: bool) -> None:
    from crm.cli.evidence import EVIDENCE

    with face.reading() as crm:
        rows = crm.leads.evidence(lead, withdrawn=withdrawn)
    face.print_rows(rows, EVIDENCE, empty=N_("No documents are on record."))


def _record(face: Face, lead: str, kind: str | None, file: Path | None, options: dict[str, Any]) -> None:
    from crm.cli.kit.prompts import require, told_apart

    require(kind=(kind, "--kind"), dated=(options["dated"], "--dated"), reference=(options["reference"], "--reference"))
    content = None if file is None else face.once(file, lambda: _read(file))
    distinct = options.pop("distinct")

    def save(apart: str | None) -> dict[str, object]:
        if content is not None:
            content.seek(0)  # a call that is repeated reads it again
        with face.writing(files=content is not None) as crm:
            document = crm.leads.add_evidence(lead, kind or "", content=content, distinct=apart, **options)
            return {"id": document.id, "uid": document.uid, "sha256": document.sha256, "file_size": document.file_size}

    done = told_apart(face, distinct, save)
    if content is not None and done["file_size"] is None:
        text = N_(
            "Document {id} is on record with the checksum of its file alone: "
            "CRM_FILES names no folder to keep files in."
        )
        face.done(text, **done)
    else:
        face.done(N_("Document {id} is on record; somebody else confirms it."), **done)


def _read(file: Path) -> BinaryIO:
    """Read a file into a temporary one: a pipe can be read once, and a file may change meanwhile.

    One byte more than the largest is enough to refuse it.
    """
    from tempfile import TemporaryFile

    from crm.values.media import LARGEST, PART

    copy = click.get_current_context().with_resource(TemporaryFile())  # noqa: SIM115 - click closes it
    left = LARGEST + 1
    with file.open("rb") as source:
        while left and (part := source.read(min(left, PART))):
            copy.write(part)
            left -= len(part)
    return cast("BinaryIO", copy)
