"""Investors, for the law that a field is said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.cli.investors import contact
from crm.cli.investors.investor import command
from crm.rules.investors.contacts import ContactFields, EmploymentDetails, EmploymentEnd, NewContact
from crm.rules.investors.fields import InvestorDetails, InvestorFields
from crm.services.investors.contacts import Contacts
from crm.services.investors.service import Investors
from tests.factories import InvestorFactory, World
from tests.laws.nouns.case import WITHDRAWN, Case


def _investor(world: World, **fields: Any) -> Any:
    return world.tokyo.investors.add(fields.pop("name", "甲方实业"), country=fields.pop("country", "JP"), **fields)


def _contact(world: World, **fields: Any) -> Any:
    return world.tokyo.contacts.add(InvestorFactory.create(world=world), fields.pop("name", "田中"), **fields)


def _employment(world: World, **fields: Any) -> Any:
    return world.tokyo.contacts.employ(_contact(world), _investor(world, name="乙方贸易"), **fields)


def _leave(world: World, record: Any, **fields: Any) -> Any:
    return world.tokyo.contacts.leave(record.contact_id, record.investor_id, **fields)


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
            "address": "東京都千代田区大手町1-4-2",
        },
        exempt={
            "created_at": "the moment of investors.add; a merge keeps that of either record",
            "archived_at": "the moment of investors.archive, shown as archived; a merge sets it for what it takes in",
        },
        verbs=((Investors.add, InvestorDetails), (Investors.edit, InvestorFields)),
        commands=((command.commands["add"], InvestorFields), (command.commands["edit"], InvestorFields)),
    ),
    "contact": Case(
        make=_contact,
        edit=lambda world, record, **fields: world.manager.contacts.edit(record, **fields),
        show=lambda world, record: world.viewer.contacts.card(record),
        examples={
            "name": "田中健一",
            "other_name": "Tanaka Kenichi",
            "email": "tanaka@example.com",
            "phone": "+81 3 1234 5678",
            "phones": "mobile +81 90 1234 5678; fax +81 3 1234 5679",
            "wechat": "tanaka-kenichi",
            "address": "東京都千代田区大手町1-4-2",
            "note": "见面前先看",
            "jurisdiction": "JP",
            "basis": "consent",
            "source": "名片",
            "noticed_on": "2023-02-08",
            "retain_until": "2026-02-08",
            "legal_hold": "诉讼未结",
        },
        exempt={
            "archived_at": "the moment of contacts.archive, shown as archived; a merge sets it for what it takes in",
            "erased_at": "the moment of contacts.erase, told by contacts.export",
        },
        verbs=((Contacts.add, NewContact), (Contacts.edit, ContactFields)),
        commands=(
            (contact.command.commands["add"], ContactFields),
            (contact.command.commands["add"], NewContact),
            (contact.command.commands["edit"], ContactFields),
        ),
    ),
    "employment": Case(
        make=_employment,
        edit=_leave,
        edited=EmploymentEnd,
        show=lambda world, record: next(
            employment
            for employment in world.viewer.contacts.show(record.contact_id)
            if employment.investor == "乙方贸易"
        ),
        examples={"title": "部长", "department": "机械部", "since": "2022-04-01", "until": "2023-01-31"},
        exempt={
            "contact_id": "who works there, said when it begins; a merge moves it",
            "investor_id": "where, said when it begins; a merge moves it",
            **WITHDRAWN,
        },
        verbs=((Contacts.employ, EmploymentDetails),),
        commands=(
            (contact.command.commands["employ"], EmploymentDetails),
            (contact.command.commands["leave"], EmploymentEnd),
        ),
    ),
}
