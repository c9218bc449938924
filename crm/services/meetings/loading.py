"""The service of meetings, for services that ask it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm.services.kernel.context import Context
    from crm.services.meetings.service import Meetings


class LoadsMeetings:
    """A service that loads the one of meetings when a verb first needs it."""

    _context: Context

    @cached_property
    def _meetings(self) -> Meetings:
        from crm.services.meetings.service import Meetings

        return Meetings(self._context)
