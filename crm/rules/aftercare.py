"""The deadlines of requests, and the service brands: data of the policy."""

from __future__ import annotations

from attrs import field, frozen

from crm.errors import N_, Problem
from crm.refusals import SEE_POLICY
from crm.rules.kernel.checks import Checks

#: The length of the columns that store them.
BRAND_LENGTH = 24
#: The maximum: about two years of working days.
MOST_DAYS = 500


@frozen
class Brand:
    """A service brand.

    Attributes:
        code: The word in code, tables and files.
        label: The English label.
        label_zh: The Chinese label.
    """

    code: str
    label: str
    label_zh: str = ""


@frozen
class Aftercare:
    """The deadlines and service brands of requests.

    Attributes:
        answer_days: Working days until a request is answered.
        solve_days: Working days until it is solved, or said to be unsolvable.
        soon_days: A deadline is near when so many days, by the calendar, are left.
        brands: The service brands.
    """

    answer_days: int = 5
    solve_days: int = 20
    soon_days: int = 3
    brands: tuple[Brand, ...] = field(
        default=(
            Brand("through_train", "Foreign Enterprises' Through Train", "外企直通车"),
            Brand("afternoon_tea", "Afternoon Tea", "相约下午茶"),
        )
    )

    def problems(self) -> tuple[Problem, ...]:
        """Return all contradictions in it."""
        codes, check = [brand.code for brand in self.brands], Checks()
        for name, days in (
            ("answer_days", self.answer_days),
            ("solve_days", self.solve_days),
            ("soon_days", self.soon_days),
        ):
            if type(days) is not int or not 1 <= days <= MOST_DAYS:
                check.wrong(
                    N_("aftercare: {field} must be a number of days from 1 to {most}, not {days}."),
                    SEE_POLICY,
                    field=name,
                    code="days",
                    days=str(days)[:40],
                    most=MOST_DAYS,
                )
        if not check.problems and self.answer_days > self.solve_days:
            check.wrong(
                N_("aftercare: answer_days ({answer}) must not exceed solve_days ({solve})."),
                SEE_POLICY,
                field="answer_days",
                code="order",
                answer=self.answer_days,
                solve=self.solve_days,
            )
        for code in dict.fromkeys(codes):
            if not 1 <= len(code) <= BRAND_LENGTH or codes.count(code) > 1:
                check.wrong(
                    N_('aftercare: "{brand}" is not a valid code of a brand: 1 to {limit} characters, each code once.'),
                    SEE_POLICY,
                    field="brands",
                    code="brand",
                    brand=code[:40],
                    limit=BRAND_LENGTH,
                )
        return check.problems


#: Of the bureau.
DEFAULT_AFTERCARE = Aftercare()
