"""The tables as plain Django models: what a Django project would write, on the same columns, keys and constraints."""
# mypy: disallow-subclassing-any=False
# ruff: noqa: D101, D106, DJ001, DJ008 - tables, named as what they hold

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models


class Row(models.Model):
    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(unique=True, default=uuid4)
    digest = models.CharField(max_length=64, null=True)

    class Meta:
        abstract = True


def named(table: str) -> Any:
    """Return the Meta of a model on an existing table."""
    return type("Meta", (), {"app_label": "benchmarks", "db_table": f"crm_{table}", "managed": False})


def to(model: str, *, null: bool = False) -> Any:
    """Return a foreign key."""
    return models.ForeignKey(model, models.PROTECT, null=null, related_name="+")


class Station(Row):
    version = models.IntegerField(default=1)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    zone = models.CharField(max_length=64)
    status = models.CharField(max_length=24)
    archived_at = models.DateTimeField(null=True)
    Meta = named("station")


class Staff(Row):
    version = models.IntegerField(default=1)
    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=24)
    station = to("Station", null=True)
    unit_id = models.BigIntegerField(null=True)
    archived_at = models.DateTimeField(null=True)
    Meta = named("staff")


class Posting(Row):
    staff = to("Staff")
    number = models.IntegerField()
    station_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    since = models.DateField(null=True)
    Meta = named("posting")


class Investor(Row):
    version = models.IntegerField(default=1)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    kind = models.CharField(max_length=24)
    note = models.TextField(null=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)
    Meta = named("investor")


class Contact(Row):
    version = models.IntegerField(default=1)
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=240)
    archived_at = models.DateTimeField(null=True)
    Meta = named("contact")


class Employment(Row):
    version = models.IntegerField(default=1)
    contact = to("Contact")
    investor = to("Investor")
    title = models.CharField(max_length=120, null=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    Meta = named("employment")


class Enterprise(Row):
    version = models.IntegerField(default=1)
    name = models.CharField(max_length=200)
    credit_code = models.CharField(max_length=18, null=True)
    licensed_on = models.DateField(null=True)
    filing = models.CharField(max_length=80, null=True)
    Meta = named("enterprise")


class Lead(Row):
    version = models.IntegerField(default=1)
    title = models.CharField(max_length=200)
    key = models.CharField(max_length=400)
    investor = to("Investor")
    parent = to("Lead", null=True)
    enterprise = to("Enterprise", null=True)
    source_kind = models.CharField(max_length=24)
    source_station = to("Station", null=True)
    source_unit_id = models.BigIntegerField(null=True)
    source_event = models.CharField(max_length=200, null=True)
    source_event_id = models.BigIntegerField(null=True)
    source_investor = to("Investor", null=True)
    received_on = models.DateField()
    recorded_on = models.DateField()
    expected_minor = models.BigIntegerField(null=True)
    expected_currency = models.CharField(max_length=3, null=True)
    industry = models.CharField(max_length=5, null=True)
    foreign_capital = models.BooleanField()
    note = models.TextField(null=True)
    station = to("Station", null=True)
    unit_id = models.BigIntegerField(null=True)
    owner = to("Staff", null=True)
    confidential = models.BooleanField()
    code_name = models.CharField(max_length=80, null=True)
    stage = models.CharField(max_length=24)
    status = models.CharField(max_length=24)
    cycle = models.IntegerField(default=1)
    last_transition = models.IntegerField(default=1)
    moved_on = models.DateField()
    entered_on = models.DateField()
    landed_on = models.DateField(null=True)
    Meta = named("lead")


class Transition(Row):
    lead = to("Lead")
    number = models.IntegerField()
    previous = models.IntegerField(null=True)
    kind = models.CharField(max_length=24)
    policy = models.CharField(max_length=40)
    from_stage = models.CharField(max_length=24, null=True)
    to_stage = models.CharField(max_length=24)
    from_status = models.CharField(max_length=24, null=True)
    to_status = models.CharField(max_length=24)
    from_position = models.IntegerField(null=True)
    to_position = models.IntegerField()
    last_position = models.IntegerField()
    cycle = models.IntegerField()
    occurred_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_on = models.DateField()
    actor = to("Staff")
    reason = models.CharField(max_length=1000, null=True)
    review_on = models.DateField(null=True)
    competitor = models.CharField(max_length=120, null=True)
    Meta = named("transition")


class Evidence(Row):
    lead = to("Lead")
    kind = models.CharField(max_length=24)
    confirmed_by = to("Staff", null=True)
    Meta = named("evidence")


class Arrival(Row):
    lead = to("Lead")
    state = models.CharField(max_length=24)
    reverses = to("Arrival", null=True)
    Meta = named("capital_arrival")


class Meeting(Row):
    version = models.IntegerField(default=1)
    investor = to("Investor")
    lead = to("Lead", null=True)
    kind = models.CharField(max_length=24)
    met_at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    place = models.CharField(max_length=200, null=True)
    summary = models.TextField()
    brand = models.CharField(max_length=24, null=True)
    station = to("Station", null=True)
    logged_by = to("Staff")
    recorded_at = models.DateTimeField()
    delegation = to("Delegation", null=True)
    Meta = named("meeting")


class MeetingContact(Row):
    meeting = to("Meeting")
    investor = to("Investor")
    contact = to("Contact")
    employment = to("Employment")
    Meta = named("meeting_contact")


class MeetingStaff(Row):
    meeting = to("Meeting")
    staff = to("Staff")
    station_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    Meta = named("meeting_staff")


class Minute(Row):
    meeting = to("Meeting")
    number = models.IntegerField()
    kind = models.CharField(max_length=24)
    text = models.CharField(max_length=1000)
    Meta = named("minute")


class FollowUp(Row):
    version = models.IntegerField(default=1)
    meeting = to("Meeting", null=True)
    investor = to("Investor")
    lead = to("Lead", null=True)
    text = models.CharField(max_length=1000)
    owner = to("Staff")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = to("Staff", null=True)
    result = models.CharField(max_length=1000, null=True)
    visit_at = models.DateTimeField(null=True)
    Meta = named("followup")


class Delegation(Row):
    starts_on = models.DateField()
    ends_on = models.DateField()
    closed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    Meta = named("delegation")


class Member(Row):
    delegation = to("Delegation")
    staff = to("Staff")
    left_on = models.DateField(null=True)
    Meta = named("delegation_member")


class PlannedVisit(Row):
    version = models.IntegerField(default=1)
    delegation = to("Delegation")
    number = models.IntegerField()
    investor = to("Investor")
    planned_on = models.DateField(null=True)
    purpose = models.CharField(max_length=500, null=True)
    state = models.CharField(max_length=24)
    meeting = to("Meeting", null=True)
    reason = models.CharField(max_length=500, null=True)
    Meta = named("planned_visit")


class AuditEntry(models.Model):
    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor = to("Staff")
    verb = models.CharField(max_length=40)
    record = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    record_uid = models.UUIDField()
    version = models.IntegerField(null=True)
    changes = models.JSONField()
    reason = models.CharField(max_length=1000, null=True)
    hash = models.BinaryField(null=True)
    wordings = models.JSONField(null=True)
    Meta = named("audit_entry")
