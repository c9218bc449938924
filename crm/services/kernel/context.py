"""The context shared by the services of one ``CRM``: session, actor, clock and policy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from crm.errors import N_, AccessDenied, InvalidInput, problem
from crm.rules.access import Actor, Right, Scope, not_own, permit, require, scope
from crm.rules.identities import Identity, Proof, as_identity, require_proven
from crm.rules.kernel.corrections import Recorded, ensure_may_correct
from crm.rules.stages import Pipeline, in_effect
from crm.values.moments import as_date, bureau_day
from crm.values.text import text_problem

if TYPE_CHECKING:
    from crm.models import Lead, Staff
    from crm.services.documents import FileStore

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


class Context:
    """Binds one session, one actor, one clock and the policies; there is no global state."""

    def __init__(
        self,
        session: Session,
        actor: Staff | Actor | int | str | None,
        policies: tuple[Pipeline, ...],
        clock: Clock,
        identity: Identity | str | None = None,
        files: FileStore | None = None,
    ) -> None:
        self.session = session
        self.files = files
        self.policies = policies
        self.identity = as_identity(identity)
        #: What proves who acts; known once the actor is.
        self.proof: Proof | None = None
        self._asks = any(policy.bound_since is not None for policy in policies)
        #: The depth of nested calls of methods.
        self.depth = 0
        self._founding = False
        self._clock = clock
        self._named = actor
        self._staff: Staff | None = None

    def now(self) -> datetime:
        """Return the instant the clock shows.

        Raises:
            InvalidInput: The host's clock returned a naive datetime.
        """
        instant = self._clock()
        if instant.tzinfo is None:
            raise InvalidInput(
                problem(
                    N_("The clock returned a datetime without a zone."),
                    N_("Pass a clock that returns aware datetimes."),
                    code="naive",
                )
            )
        return instant.astimezone(UTC)

    @property
    def today(self) -> date:
        """The bureau's day."""
        return bureau_day(self.now())

    def on(self, day: date | None) -> date:
        """Return a reference day, by default today.

        Raises:
            InvalidInput: It is not a day.
        """
        return self.today if day is None else as_date(day, "today")

    def policy(self, day: date | None = None) -> Pipeline:
        """Return the pipeline in effect on a day, by default today."""
        return in_effect(self.policies, day or self.today)

    @property
    def actor(self) -> Actor | None:
        """The actor, or None; looked up once, with the current role and place, and with the proof of identity.

        Raises:
            AccessDenied: Nobody has this name, or they have left; the policy requires bound staff, and they are not
                the bound member.
        """
        if self._named is None and self._staff is None:
            return None
        if self._staff is None:
            self._staff, self.proof = self._look_up(self._named)
        if self._staff is None or self._staff.archived_at is not None:
            way_out = N_("Name a member of staff: --as USER; an admin adds one: crm staff add")
            if self._staff is not None:
                way_out = N_(
                    "Name somebody else: --as USER. If they are back, an admin restores them: crm staff restore"
                )
            raise AccessDenied(
                problem(
                    N_('"{actor}" is not among the staff.'),
                    way_out,
                    code="unknown_actor",
                    actor=str(getattr(self._named, "username", self._named))[:60],
                )
            )
        actor = as_actor(self._staff)
        if self.asks_binding() and not self._founding:
            require_proven(actor, self.proof, self.at_hand() if self.proof is None else None)
        return actor

    def asks_binding(self, day: date | None = None) -> bool:
        """Return whether the policy requires bound staff on a day, by default today."""
        day = (day or self.today) if self._asks else None
        return day is not None and self.policy(day).asks_binding(day)

    def at_hand(self) -> Identity | None:
        """Return the proven identity, bound or not: what the host says, or the role of the database session."""
        from crm.reads.places.bindings import session_role

        return self.identity or session_role(self.session)

    def acting(self) -> Actor:
        """Return the actor.

        Raises:
            AccessDenied: There is no actor.
        """
        return permit(self.actor, Right.READ)

    def permit(self, right: Right) -> Actor:
        """Return the actor if they have *right*, at least on their own records; see :func:`crm.rules.access.permit`."""
        return permit(self.actor, right)

    def require(
        self,
        right: Right,
        *,
        station_id: int | None = None,
        unit_id: int | None = None,
        owner_id: int | None = None,
        owned: bool | None = None,
    ) -> Actor:
        """Return the actor if they have *right* on a record; see :func:`crm.rules.access.require`."""
        return require(self.actor, right, station_id=station_id, unit_id=unit_id, owner_id=owner_id, owned=owned)

    def require_at(self, right: Right, **places: int | None) -> Actor:
        """Return the actor if they have *right* on a new record of a station or unit.

        Args:
            right: What they do.
            **places: ``station_id`` and ``unit_id``, as far as the record has them.

        Raises:
            AccessDenied: There is no actor, the role lacks the right, or the place is not theirs: the way out names the
                option with their own. One statement then.
        """
        actor = self.permit(right)
        if scope(actor, right) is Scope.ALL or actor.owns(**places):
            return actor
        from crm.models import Station, Unit

        own = ""
        if actor.station_id is not None and "station_id" in places:
            own = f"--station {self.session.get_one(Station, actor.station_id).code}"
        elif actor.unit_id is not None and "unit_id" in places:
            own = f"--unit {self.session.get_one(Unit, actor.unit_id).code}"
        if not own:
            raise AccessDenied(not_own(actor, right))
        way_out = N_("Name your own: {own}. For others ask one of these roles: {holders}.")
        raise AccessDenied(not_own(actor, right, way_out, own=own))

    def require_on(self, right: Right, lead: Lead) -> Actor:
        """Return the actor if they have *right* on a lead: one of their station or unit, or their own."""
        return require(self.actor, right, station_id=lead.station_id, unit_id=lead.unit_id, owner_id=lead.owner_id)

    def require_recorded(self, right: Right, recorded: Recorded, reason: str | None) -> Actor:
        """Return the actor if they may correct a record: :func:`crm.rules.kernel.corrections.ensure_may_correct`."""
        return ensure_may_correct(self.actor, right, recorded, self.policy().corrections, self.today, reason)

    def require_now(self, right: Right) -> Actor:
        """Return the actor if they have *right*, read again: role and binding may have changed while it waited.

        One statement.

        Raises:
            AccessDenied: They may not, or not any more.
        """
        if self._staff is not None:
            from crm.models import Staff
            from crm.reads.places.bindings import with_proof

            self._staff, self.proof = with_proof(self.session, Staff.id == self._staff.id, self.identity, anew=True)
        return self.require(right)

    def become(self, staff: Staff) -> None:
        """Make *staff* the actor: the first admin signs their own creation, bound or not."""
        self._staff, self._founding = staff, True

    def _look_up(self, named: object) -> tuple[Staff | None, Proof | None]:
        from crm.models import Staff
        from crm.models.binding import ensure_untranslated
        from crm.reads.places.bindings import is_provable, with_proof

        ensure_untranslated(self.session.get_bind(Staff))
        if isinstance(named, Staff | Actor):
            named = named.id
        if isinstance(named, int) and not isinstance(named, bool):
            if not 0 < named < 2**63:
                return None, None
            if not is_provable(self.session, self.identity):
                return self.session.get(Staff, named), None
            return with_proof(self.session, Staff.id == named, self.identity)
        if not isinstance(named, str) or text_problem(named, "actor", limit=400):
            return None, None
        return with_proof(self.session, Staff.username == named.strip().lower(), self.identity)


def as_actor(staff: Staff) -> Actor:
    """Return a member of staff as an actor."""
    return Actor(staff.id, staff.username, staff.role, staff.station_id, staff.unit_id)
