"""The same job in plain Django: models, transaction.atomic, gates asked in one query, version checked, audit written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import django
from django.conf import settings
from django.db import connections, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.utils import ConnectionHandler
from sqlalchemy.engine import make_url

from benchmarks.library import MINUTE, PROMISE, SUMMARY
from benchmarks.seeding import ACTOR
from crm.models.wordings import put_apart
from crm.rules.audit.hashes import entry_hash
from crm.values.moments import bureau_day

if not settings.configured:
    settings.configure(USE_TZ=True, DATABASES={}, INSTALLED_APPS=[])
    django.setup()

from benchmarks import django_models as m  # the models need the settings

_STARTS = ("construction_start", "operation_start")


class Django:
    """Advances a lead, and logs a visit; one at a time, because Django's default database is global."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        given: dict[str, Any] = {
            "ENGINE": f"django.db.backends.{address.get_backend_name().replace('sqlite', 'sqlite3')}"
        }
        if address.get_backend_name() == "sqlite":
            pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"
            given |= {
                "NAME": address.database,
                "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": pragmas, "timeout": 10},
            }
        else:
            given |= {"NAME": address.database, "USER": address.username, "PASSWORD": address.password or ""}
            given |= {"HOST": address.host or address.query.get("host", ""), "PORT": address.port or ""}
        connections["default"] = self.connection = ConnectionHandler({"default": given}).create_connection("default")
        self._due = datetime.now(UTC).date() + timedelta(days=30)

    def advance(self, number: int) -> None:
        """Move a lead from contact to negotiating."""
        now = datetime.now(UTC)
        today = bureau_day(now)
        with transaction.atomic():
            actor = m.Staff.objects.get(username=ACTOR)
            lead = m.Lead.objects.get(pk=number)
            facts = _facts(number)
            met = facts["two_way"] and facts["unit_id"] and facts["expected_minor"] and facts["industry"]
            if not met or facts["investor__archived_at"] or lead.status != "active":
                raise ValueError("the lead cannot move")
            written = {
                "stage": "negotiating", "last_transition": lead.last_transition + 1, "moved_on": today, "entered_on": today,
            }  # fmt: skip
            matched = m.Lead.objects.filter(pk=number, version=lead.version).update(version=lead.version + 1, **written)
            if matched != 1:
                raise ValueError("somebody else was first")
            move = m.Transition.objects.create(
                lead=lead, number=lead.last_transition + 1, previous=lead.last_transition, kind="advance", policy="default",
                from_stage=lead.stage, to_stage="negotiating", from_status="active", to_status="active", from_position=0,
                to_position=1, last_position=5, cycle=lead.cycle, occurred_on=today, recorded_at=now, recorded_on=today,
                actor=actor,
            )  # fmt: skip
            changes = {key: [_plain(getattr(lead, key)), _plain(value)] for key, value in written.items()}
            m.AuditEntry.objects.bulk_create(
                [
                    _signed(now, actor, "lead.advance", move, None, _content(move)),
                    _signed(now, actor, "lead.advance", lead, lead.version + 1, changes),
                ]
            )

    def log(self, number: int) -> None:
        """Log a visit with one contact, one line of minutes and one promise."""
        now = datetime.now(UTC)
        today = bureau_day(now)
        with transaction.atomic():
            actor = m.Staff.objects.get(username=ACTOR)
            lead = m.Lead.objects.get(pk=number)
            investor = m.Investor.objects.get(pk=lead.investor_id)
            if investor.archived_at is not None:
                raise ValueError("the investor is archived")
            station = m.Station.objects.get(pk=actor.station_id)
            people = m.Employment.objects.filter(investor=investor).select_related("contact").order_by("contact_id")
            job = next(
                person for person in people if person.contact_id == number and person.contact.archived_at is None
            )
            ours = (
                m.Posting.objects.filter(Q(since__lte=today) | Q(number=1), staff__username__in=[ACTOR])
                .select_related("staff")
                .order_by("-number")[0]
            )
            if _planned(investor, ours.staff, today) is not None:
                raise ValueError("no visit is planned here")
            begun = now.replace(second=0, microsecond=0)
            around = (begun, begun + timedelta(minutes=1) - timedelta.resolution)
            logged = m.MeetingContact.objects.filter(meeting__investor=investor, meeting__lead=lead)
            if logged.filter(meeting__met_at__range=around, contact_id=number).exists():
                raise ValueError("it is logged already")
            ahead = m.FollowUp.objects.filter(
                Q(lead=None) | Q(lead=lead), investor=investor, owner=ours.staff, due_on=today, done_at=None
            )
            if ahead.exclude(visit_at=None).exists():
                raise ValueError("it was planned: the plan is done by it")
            meeting = m.Meeting.objects.create(
                investor=investor, lead=lead, kind="visit", met_at=now, zone=station.zone, summary=SUMMARY, station=station,
                logged_by=actor, recorded_at=now,
            )  # fmt: skip
            parts = [
                meeting,
                m.MeetingContact.objects.create(
                    meeting=meeting, investor=investor, contact=job.contact, employment=job
                ),
                m.MeetingStaff.objects.create(
                    meeting=meeting, staff=ours.staff, station_id=ours.station_id, unit_id=ours.unit_id
                ),
                m.Minute.objects.create(meeting=meeting, number=1, kind="promised", text=MINUTE),
                m.FollowUp.objects.create(
                    meeting=meeting, investor=investor, lead=lead, text=PROMISE, owner=ours.staff, due_on=self._due
                ),
            ]
            m.AuditEntry.objects.bulk_create(
                _signed(now, actor, "meeting.log", part, getattr(part, "version", None), _content(part))
                for part in parts
            )

    def count(self, verb: str, number: int) -> int:
        """Do one act and return how many statements it took, but those that frame the transaction."""
        seen = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's own shape
            if sql.startswith(("SELECT", "INSERT", "UPDATE")):
                seen.append(sql)
            return execute(sql, params, many, context)

        with self.connection.execute_wrapper(note):
            getattr(self, verb)(number)
        return len(seen)

    def close(self) -> None:
        """Let go of the database."""
        self.connection.close()


def _facts(lead: int) -> dict[str, Any]:
    mine = {"lead": OuterRef("pk")}
    meeting = {"meeting": OuterRef("pk")}
    on_record = m.Evidence.objects.filter(**mine)
    standing = m.Arrival.objects.filter(state="verified", reverses=None, **mine).filter(
        ~Exists(m.Arrival.objects.filter(reverses=OuterRef("pk")))
    )
    facts: dict[str, Any] = (
        m.Lead.objects.filter(pk=lead)
        .annotate(
            two_way=Exists(
                m.Meeting.objects.filter(**mine)
                .exclude(kind="message")
                .filter(Exists(m.MeetingContact.objects.filter(**meeting)))
                .filter(Exists(m.MeetingStaff.objects.filter(**meeting)))
            ),
            agreement=Exists(on_record.filter(kind="agreement")),
            arrival=Exists(standing),
            construction=Exists(on_record.filter(kind="construction_start")),
            start=Exists(on_record.filter(kind__in=_STARTS)),
            confirmed=Exists(on_record.filter(kind__in=_STARTS, confirmed_by__isnull=False)),
        )
        .values(
            "investor__archived_at", "received_on", "unit_id", "expected_minor", "industry", "foreign_capital",
            "enterprise__id", "enterprise__credit_code", "enterprise__licensed_on", "enterprise__filing",
            "two_way", "agreement", "arrival", "construction", "start", "confirmed",
        )
        .get()
    )  # fmt: skip
    return facts


def _planned(investor: Any, staff: Any, day: Any) -> Any:
    on_it = m.Member.objects.filter(delegation=OuterRef("delegation_id"), staff__in=[staff], left_on=None)
    return (
        m.PlannedVisit.objects.filter(
            Exists(on_it), investor=investor, state="planned", delegation__closed_at=None, delegation__cancelled_at=None,
            delegation__starts_on__lte=day, delegation__ends_on__gte=day,
        )
        .order_by(F("planned_on"), F("number"))
        .first()
    )  # fmt: skip


def _signed(
    at: datetime, actor: Any, verb: str, record: Any, version: int | None, changes: dict[str, list[Any]]
) -> Any:
    record_name = record._meta.db_table.removeprefix("crm_")  # noqa: SLF001 - Django's public door
    digests, wordings = put_apart(record_name, changes)
    told: dict[str, Any] = {
        "at": at,
        "actor_id": actor.pk,
        "verb": verb,
        "record": record_name,
        "record_id": record.pk,
        "record_uid": record.uid,
        "version": version,
        "reason": None,
        "changes": digests,
    }
    return m.AuditEntry(**told, hash=entry_hash(**told), wordings=wordings)


def _content(record: Any) -> dict[str, list[Any]]:
    return {
        field.attname: [None, _plain(value)]
        for field in record._meta.concrete_fields  # noqa: SLF001 - Django's public door
        if field.attname not in {"id", "uid", "digest", "version"}
        and (value := getattr(record, field.attname)) is not None
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
