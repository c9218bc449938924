"""The verbs of ``crm investor`` about identifiers."""

from __future__ import annotations

from typing import Any

from crm.cli.kit.face import Face
from crm.cli.kit.filing import filing_options
from crm.cli.kit.verbs import Noun, argument, option, reason_option, uid_option, verb
from crm.errors import N_

_IDENTIFIER = {
    "metavar": "SCHEME:NUMBER",
    "help": N_("In any spelling; the scheme may be left out if the number is valid in one scheme only."),
}


def join(command: Noun, **investor: object) -> None:
    """Add identify, unidentify and schemes to a noun."""

    @verb(
        command,
        "identify",
        help=N_(
            "Record an investor's number in a register.\n\nThe number then finds the investor, and no "
            "other investor may have it."
        ),
        examples=[
            "crm investor identify 丸红 jp_cn:5835678256246",
            'crm investor identify 3 "Aachen HRA 11223"',
            "crm investor identify 3 uscc:91110000600037341L --replaces 换照",
        ],
    )
    @argument("investor", **investor)
    @argument("identifier", **_IDENTIFIER)
    @option("--replaces", metavar="WHY", help=N_("Why this number replaces the one before."))
    @uid_option
    def identify(face: Face, investor: str, identifier: str, **options: Any) -> None:
        """Record."""
        with face.writing() as crm:
            whose = crm.investors.get(investor)
            made = crm.investors.identify(whose, identifier, **options)
            number, name, uid, scheme, value = whose.id, whose.name, made.uid, made.scheme.value, made.value
        face.done(
            N_("The {label} {value} of investor {id}, {name}, is recorded."),
            id=number,
            name=name,
            uid=uid,
            scheme=scheme,
            value=value,
            label=face.word("scheme", scheme),
        )

    @verb(
        command,
        "unidentify",
        help=N_("Withdraw a number recorded by mistake; the right investor can then have it."),
        examples=["crm investor unidentify 丸红 jp_cn:5835678256246 --reason 录错企业"],
    )
    @argument("investor", **investor)
    @argument("identifier", **_IDENTIFIER)
    @reason_option(required=True)
    def unidentify(face: Face, investor: str, identifier: str, **options: Any) -> None:
        """Withdraw."""
        with face.writing() as crm:
            whose = crm.investors.get(investor)
            gone = crm.investors.unidentify(whose, identifier, **options)
            number, name, scheme, value = whose.id, whose.name, gone.scheme.value, gone.value
        face.done(
            N_("The {label} {value} of investor {id}, {name}, is withdrawn."),
            id=number,
            name=name,
            scheme=scheme,
            value=value,
            label=face.word("scheme", scheme),
        )

    @verb(
        command,
        "schemes",
        help=N_("List the schemes of identifiers: code, example, and check."),
        examples=["crm investor schemes"],
    )
    @filing_options
    def schemes(face: Face) -> None:
        """List schemes."""
        from crm.cli.investors.pages import SCHEMES
        from crm.values.registers import schemes

        rows = [
            {
                "code": scheme.code.value,
                "label": scheme.label,
                "country": scheme.country,
                "example": scheme.show(scheme.example),
                "rule": scheme.rule,
                "single": scheme.single,
                "checked": scheme.checked,
            }
            for scheme in schemes.SCHEMES.values()
        ]
        face.print_rows(rows, SCHEMES, empty="")
