"""Loads the service of leads for other services."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm.services.kernel.context import Context
    from crm.services.leads.service import Leads


class LoadsLeads:
    """A service that loads the one of leads when a verb first needs it."""

    _context: Context

    @cached_property
    def _leads(self) -> Leads:
        from crm.services.leads.service import Leads

        return Leads(self._context)
