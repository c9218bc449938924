"""Loads the service of contacts for other services."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm.services.investors.contacts import Contacts
    from crm.services.kernel.context import Context


class LoadsContacts:
    """A service that loads the one of contacts when a verb first needs it."""

    _context: Context

    @cached_property
    def _contacts(self) -> Contacts:
        from crm.services.investors.contacts import Contacts

        return Contacts(self._context)
