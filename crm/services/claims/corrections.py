"""The note of a claim corrected; see :mod:`crm.services.kernel.corrections`."""

from __future__ import annotations

from uuid import UUID

from crm.errors import N_, Conflict, problem
from crm.models import Claim, ClaimState
from crm.rules.access import Right
from crm.rules.claims import ClaimDetails
from crm.rules.kernel.checks import Checks
from crm.services.claims.reads import ClaimReads
from crm.services.kernel.corrections import correcting
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing


class ClaimCorrections(ClaimReads):
    """Claims edited. Whose a claim is, and since when, is never corrected: it would be backdated."""

    @writes(Right.RECORD_CORRECT, by_record=True)
    def edit(
        self,
        ref: Claim | int | UUID | str,
        *,
        note: str | None,
        reason: str | None = None,
        version: int | None = None,
    ) -> Claim:
        """Correct the note of a valid claim; another unit files its own claim.

        Args:
            ref: The claim, by id or uid.
            note: The supporting facts; None clears them.
            reason: Why; required of those who correct what another recorded, or later than the policy's days.
            version: The version the caller saw.

        Raises:
            InvalidInput: The note is no text; the reason is missing.
            NotFound: There is none on a lead that the actor may see.
            AccessDenied: Another recorded it, or too long ago.
            Conflict: It has been decided, or has ended.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        claim = context.session.get_one(Claim, self.show(ref).id)
        why = correcting(context, claim, reason).reason
        if claim.state not in {ClaimState.ACTIVE, ClaimState.CONTESTED}:
            raise Conflict(
                problem(
                    N_("Claim {id} is {state}; its note can no longer be corrected."),
                    N_("File a new claim if the lead is free: crm claim file"),
                    code="decided",
                    id=claim.id,
                    state=claim.state.value,
                )
            )
        with Checks() as check:
            values = check.fields(ClaimDetails, {"note": note})
        with Writing(context, "claim.edit", why) as write:
            write.change(claim, version=version, **values)
        return claim
