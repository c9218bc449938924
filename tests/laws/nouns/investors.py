"""Investors, for the law that a field is said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.cli.investors.investor import command
from crm.rules.investors.fields import InvestorDetails, InvestorFields
from crm.services.investors.service import Investors
from tests.factories import World
from tests.laws.nouns.case import Case


def _investor(world: World, **fields: Any) -> Any:
    return world.tokyo.investors.add(fields.pop("name", "甲方实业"), country=fields.pop("country", "JP"), **fields)


CASES: Mapping[str, Case] = {
    "investor": Case(
        make=_investor,
        edit=lambda world, record, **fields: world.tokyo.investors.edit(record, **fields),
        show=lambda world, record: world.viewer.investors.show(record),
        examples={
            "name": "另名实业",
            "country": "HK",
            "kind": "fund",
            "note": "见面前先看",
            "website": "https://www.example.com/zh",
        },
        exempt={
            "created_at": "the moment of investors.add; a merge keeps that of either record",
            "archived_at": "the moment of investors.archive, shown as archived; a merge sets it for what it takes in",
        },
        verbs=((Investors.add, InvestorDetails), (Investors.edit, InvestorFields)),
        commands=((command.commands["add"], InvestorFields), (command.commands["edit"], InvestorFields)),
    )
}
