"""Requests corrected, withdrawn and restored; see :mod:`crm.services.kernel.corrections`."""

from __future__ import annotations

from typing import Unpack

from crm.errors import N_
from crm.models import Request, Staff, Unit
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.requests import RequestChanges
from crm.services.kernel.corrections import RESTORED, correcting, ensure_standing, ensure_withdrawn, withdraw
from crm.services.kernel.sight import ensure_hands_may, ensure_hands_see
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, ensure_all_open
from crm.services.meetings.brands import brand_of
from crm.services.requests.base import RequestBase, RequestRef

RESTORE = "crm request restore"


class RequestCorrections(RequestBase):
    """Requests edited, withdrawn and restored."""

    @writes(Right.RECORD_CORRECT, by_record=True)
    def edit(
        self,
        ref: RequestRef,
        *,
        reason: str | None = None,
        version: int | None = None,
        **changes: Unpack[RequestChanges],
    ) -> Request:
        """Correct a request; what is not passed stays as it is. :meth:`assign` changes who is in charge.

        Args:
            ref: The request.
            reason: Why; required of those who correct what another recorded, or later than the policy's days.
            version: The version the caller saw.
            **changes: text, kind, channel, brand, ambassador and answer_due.

        Raises:
            InvalidInput: Invalid arguments, all of them named; the reason is missing.
            AccessDenied: Another recorded it, or too long ago.
            Archived: The ambassador is archived.
            Conflict: It is withdrawn.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        request, lead = self._found(ref)
        why = correcting(context, request, reason).reason
        ensure_standing(request, RESTORE)
        arguments: dict[str, object] = dict(changes)
        with Checks() as check:
            values = check.fields(
                RequestChanges,
                arguments,
                brand=lambda word: brand_of(context, check, word, request.accepted_on),
                ambassador=self._staff.get,
            )
            last = values.get("answer_due_on")
            if last is not None and not request.accepted_on <= last <= request.due_on:
                check.wrong(
                    N_("{due} is not between {first}, the day of acceptance, and {last}, the day the solution is due."),
                    N_("A deadline of the answer lies between them."),
                    field="answer_due",
                    code="order",
                    due=last,
                    first=request.accepted_on,
                    last=request.due_on,
                )
        ensure_all_open(check.records.get("ambassador"))
        ensure_hands_may(Right.REQUEST_ANSWER, check.records.get("ambassador"), field="ambassador")
        ensure_hands_see(context, lead, [values.get("ambassador_id")])
        with Writing(context, "request.edit", why) as write:
            write.change(request, version=version, **values)
        return request

    @writes(Right.RECORD_CORRECT, by_record=True)
    def withdraw(self, ref: RequestRef, *, reason: str | None = None, version: int | None = None) -> Request:
        """Withdraw a request that should not have been recorded; it stays readable, and leaves lists and figures.

        Args:
            ref: The request.
            reason: Why; required of those who withdraw what another recorded, or later than the policy's days.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Another recorded it, or too long ago.
            Conflict: It is withdrawn already.
            StaleRecord: Somebody else changed it first.
        """
        return withdraw(self._context, self.get(ref), "request.withdraw", RESTORE, reason, version)

    @writes(Right.RECORD_CORRECT, by_record=True)
    def restore(self, ref: RequestRef, *, reason: str | None = None, version: int | None = None) -> Request:
        """Restore a withdrawn request, if it could be recorded again as it is.

        Args:
            ref: The request.
            reason: Why; required of those who restore what another recorded, or later than the policy's days.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Another recorded it, or too long ago.
            Archived: The investor, its ambassador or the person in charge is archived.
            Conflict: It is not withdrawn.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        request, lead = self._found(ref)
        why = correcting(context, request, reason).reason
        ensure_withdrawn(request)
        hands = (request.ambassador_id, request.assignee_id)
        ensure_all_open(
            self._investors.get(request.investor_id, keep=True),
            *(None if hand is None else context.session.get_one(Staff, hand) for hand in hands),
            None if request.unit_id is None else context.session.get_one(Unit, request.unit_id),
        )
        ensure_hands_see(context, lead, hands)
        with Writing(context, "request.restore", why) as write:
            write.change(request, version=version, **RESTORED)
        return request
