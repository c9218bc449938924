"""What the verbs of events share: they find an event."""

from __future__ import annotations

from sqlalchemy import select

from crm.models import PromotionEvent
from crm.rules.access import Right
from crm.services.investors.base import FindsInvestors
from crm.services.kernel.context import Context
from crm.services.kernel.finding import containing, find, spelled
from crm.services.kernel.refs import EventRef
from crm.services.kernel.verbs import reads
from crm.services.places.loading import LoadsPlaces


class EventBase(FindsInvestors, LoadsPlaces):
    """Finds events."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @reads(Right.READ)
    def get(self, ref: EventRef) -> PromotionEvent:
        """Return the event of this id, uid, code or unique part of its title.

        Args:
            ref: The event: its id, uid, code, or a unique part of its title.

        Raises:
            NotFound: There is none.
            Ambiguous: Several match.
        """
        return find(
            self._context.session,
            PromotionEvent,
            ref,
            what="event",
            codes=[PromotionEvent.code],
            search=lambda text, whole: (
                select(PromotionEvent.id, PromotionEvent.title)
                .where(containing(spelled(PromotionEvent.title), text, whole=whole))
                .order_by(PromotionEvent.id)
            ),
        )
