"""Claims as plain Python has them: what a lead's units may do, and what comes of it. Knows nothing of the library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

WINDOW, PROTECTION, RENEWALS, QUOTA = 3, 20, 1, 2
WHOLE = 10_000


class No(Exception):
    """The code of a refusal."""


@dataclass(eq=False)
class Filed:
    """A claim."""

    unit: str
    lead: int
    filed: datetime
    state: str = "active"
    held: datetime | None = None
    handed: bool = False
    ruled: bool = False
    renewals: int = 0
    shares: dict[str, int] = field(default_factory=dict)
    progress: list[date] = field(default_factory=list)


def bureau_day(moment: datetime) -> date:
    """Return the day of a moment in Shanghai."""
    return (moment + timedelta(hours=8)).date()


class Claimed:
    """Every claim on every lead, in the order of filing."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.claims: list[Filed] = []
        self.steps: Counter[tuple[int, str, str]] = Counter()

    def until(self, claim: Filed) -> date:
        """Return the last protected day, counting one day after the other."""
        assert claim.held is not None
        last = bureau_day(claim.held)
        days, day = set(claim.progress), last
        while day <= bureau_day(self.now) and (day - last).days <= PROTECTION:
            last = day if day in days else last
            day += timedelta(days=1)
        return last + timedelta(days=PROTECTION)

    def state(self, claim: Filed) -> str:
        """Return the state as the days have it."""
        return "lapsed" if claim.state == "active" and bureau_day(self.now) > self.until(claim) else claim.state

    def standing(self, lead: int) -> list[Filed]:
        """Return what stands on a lead and has not lapsed."""
        return [claim for claim in self.claims if claim.lead == lead and self.state(claim) in {"active", "contested"}]

    def step(self, claim: Filed, kind: str) -> None:
        """Take a step down."""
        self.steps[claim.lead, claim.unit, kind] += 1

    def room(self, unit: str) -> None:
        """Refuse one too many."""
        if sum(claim.unit == unit and self.state(claim) in {"active", "contested"} for claim in self.claims) >= QUOTA:
            raise No("quota")

    def file(self, lead: int, unit: str) -> None:
        """First come, or contested within the window, or held."""
        rivals = self.standing(lead)
        if any(rival.unit == unit for rival in rivals):
            raise No("claimed")
        if rivals:
            soon = self.now - min(rival.filed for rival in rivals) <= timedelta(days=WINDOW)
            if any(rival.ruled or rival.handed for rival in rivals) or not soon:
                raise No("held")
        self.room(unit)
        for earlier in self.claims:
            if earlier.lead == lead and self.state(earlier) == "lapsed" and earlier.state == "active":
                earlier.state = "lapsed"
                self.step(earlier, "lapsed")
        for rival in rivals:
            if rival.state == "active":
                rival.state, rival.held = "contested", None
                self.step(rival, "contested")
        claim = Filed(unit, lead, self.now, held=self.now, shares={unit: WHOLE})
        if rivals:
            claim.state, claim.held = "contested", None
            self.step(claim, "contested")
        self.step(claim, "filed")
        self.claims.append(claim)

    def rule(self, lead: int, shares: Mapping[str, int], holder: str | None) -> None:
        """One goes on, the others have a part or none."""
        contested = [claim for claim in self.standing(lead) if claim.state == "contested"]
        units = {claim.unit for claim in contested}
        if not contested:
            raise No("not_contested")
        if not units.issuperset(shares):
            raise No("stranger")
        if sum(shares.values()) != WHOLE:
            raise No("sum")
        if holder is not None and holder not in units:
            raise No("stranger")
        if holder is not None and holder not in shares:
            raise No("holder")
        winner = holder or max(
            (claim.unit for claim in contested if claim.unit in shares), key=lambda unit: shares[unit]
        )  # the first of equals, as max has it
        for claim in contested:
            claim.ruled = True
            self.step(claim, "ruled")
            claim.state = "shared" if claim.unit in shares else "refused"
            if claim.unit == winner:
                claim.state, claim.held, claim.shares, claim.progress = "active", self.now, dict(shares), []

    def held_by(self, lead: int) -> Filed:
        """Return the claim that protects a lead."""
        stored = [claim for claim in self.claims if claim.lead == lead and claim.state == "active"]
        if not stored:
            raise No("not_held")
        if self.state(stored[0]) == "lapsed":
            raise No("lapsed")
        return stored[0]

    def renew(self, lead: int) -> None:
        """So often."""
        claim = self.held_by(lead)
        if claim.renewals >= RENEWALS:
            raise No("renewals")
        claim.renewals += 1
        claim.progress.append(bureau_day(self.now))
        self.step(claim, "renewed")

    def transfer(self, lead: int, to: str, keep: int) -> None:
        """To another, with or without a part kept."""
        claim = self.held_by(lead)
        own = claim.shares[claim.unit]
        if to == claim.unit:
            raise No("same")
        if keep >= own:
            raise No("share")
        self.room(to)
        shares = {unit: points for unit, points in claim.shares.items() if unit != claim.unit}
        shares[to] = shares.get(to, 0) + own - keep
        if keep:
            shares[claim.unit] = keep
        claim.state = "transferred"
        self.step(claim, "transferred")
        heir = Filed(to, lead, self.now, held=self.now, handed=True, shares=shares)
        self.step(heir, "filed")
        self.claims.append(heir)

    def release(self, lead: int, unit: str) -> None:
        """Give it up, or withdraw from the contest; who is left alone stands from now on."""
        contested = [claim for claim in self.standing(lead) if claim.state == "contested"]
        mine = next((claim for claim in contested if claim.unit == unit), None)
        if not contested:
            mine = self.held_by(lead)
        if mine is None or mine.unit != unit:
            raise No("no_claim")
        mine.state = "released"
        self.step(mine, "released")
        left = [claim for claim in contested if claim is not mine]
        if len(left) == 1:
            left[0].state, left[0].held, left[0].progress = "active", self.now, []
            self.step(left[0], "uncontested")

    def progress(self, lead: int) -> None:
        """Something happened on a lead."""
        for claim in self.claims:
            if claim.lead == lead and claim.state == "active":
                claim.progress.append(bureau_day(self.now))

    def on(self, lead: int) -> Iterator[Filed]:
        """Return the claims on a lead, the latest first."""
        return (claim for claim in reversed(self.claims) if claim.lead == lead)
