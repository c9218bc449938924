"""The lists of which views are saved, each with the service that has it; a service is loaded when it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from crm.services.kernel.context import Context

#: By the attribute of :class:`crm.CRM`, the module and the class of a service.
_SERVICES: Mapping[str, tuple[str, str]] = {
    "leads": ("leads.service", "Leads"),
    "investors": ("investors.service", "Investors"),
    "contacts": ("investors.contacts", "Contacts"),
    "meetings": ("meetings.service", "Meetings"),
    "followups": ("meetings.followups", "FollowUps"),
    "capital": ("ledgers.capital", "Capital"),
    "contracts": ("ledgers.contracts", "Contracts"),
    "requests": ("requests.service", "Requests"),
    "claims": ("claims.service", "Claims"),
    "referrals": ("referrals.service", "Referrals"),
    "trips": ("trips.service", "Trips"),
    "events": ("events.service", "Events"),
    "targets": ("targets.service", "Targets"),
}


def require_readable(context: Context, method: str, arguments: Mapping[str, Any]) -> None:
    """Refuse arguments that a list does not take. Nothing is read but the records that they name.

    Raises:
        TypeError: The list has no such argument.
        CRMError: What the list raises.
    """
    service, _, name = method.partition(".")
    module, kind = _SERVICES[service]
    handed = getattr(import_module(f"crm.services.{module}"), kind)(context)
    getattr(handed, name).listing(handed, **arguments)
