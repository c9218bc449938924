"""Tags of leads."""

from __future__ import annotations

from collections.abc import Iterable

from crm.models import Lead
from crm.rules.access import Right
from crm.services.kernel.refs import LeadRef
from crm.services.kernel.verbs import writes
from crm.services.leads.base import LeadBase


class LeadTags(LeadBase):
    """Tags put on leads and taken off."""

    @writes(Right.LEAD_EDIT, by_record=True)
    def tag(
        self, ref: LeadRef, tags: Iterable[str] = (), *, remove: Iterable[str] = (), version: int | None = None
    ) -> Lead:
        """Put tags on a lead, and take others off it; those that it has already are left as they are.

        Args:
            ref: The lead.
            tags: Words of at most 40 characters. One that is new becomes a tag; spellings that differ in width, case or
                variants of characters are one tag, written as it was first.
            remove: Tags to take off.
            version: The version the caller saw.

        Raises:
            InvalidInput: Nothing is given; words that are no tags; more than 20; one to take off that it does not have.
            AccessDenied: The lead belongs to another station or unit.
            StaleLead: Somebody else changed it first.
        """
        from crm.services.tags.tagging import tag_record

        _, lead = self._authorised(Right.LEAD_EDIT, ref)
        return self._as_shown(tag_record(self._context, lead, tags, remove, version))
