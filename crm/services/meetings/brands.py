"""The service brands of the policy, by code or label."""

from __future__ import annotations

from datetime import date

from crm.refusals import not_one_of
from crm.rules.kernel.checks import Checks
from crm.services.kernel.context import Context


def brand_of(context: Context, check: Checks, brand: str | None, day: date) -> str | None:
    """Return the code of a service brand of the policy, given as its code or one of its labels."""
    text = check.text(brand, "brand", 80, required=False)
    if text is None:
        return None
    brands = context.policy(day).aftercare.brands
    for candidate in brands:
        if text.casefold() in {candidate.code.casefold(), candidate.label.casefold(), candidate.label_zh.casefold()}:
            return candidate.code
    check.add(not_one_of(text, [candidate.code for candidate in brands] or ["–"], "brand", code="brand"))
    return None
