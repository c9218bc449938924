"""Requests of established enterprises, from acceptance to solution; each step is stored."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base, BigInt, Identified, Small, Versioned, Withdrawable, enum, withdrawn_by_someone
from crm.rules.requests import RequestChannel, RequestKind


class RequestState(StrEnum):
    """The state of a request; the last two are closed."""

    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    SOLVED = "solved"
    UNSOLVABLE = "unsolvable"


class RequestStep(StrEnum):
    """The verbs that move a request; each leaves one entry of its history."""

    OPEN = "open"
    ASSIGN = "assign"
    ANSWER = "answer"
    SOLVE = "solve"
    GIVE_UP = "give_up"
    REOPEN = "reopen"


class Request(Identified, Versioned, Withdrawable, Base):
    """A request of an enterprise. Its state is that of the last entry of its history."""

    __tablename__ = "crm_request"
    __table_args__ = (
        ForeignKeyConstraint(
            ["lead_id", "investor_id"],
            ["crm_lead.id", "crm_lead.investor_id"],
            name="fk_crm_request_lead_of_investor",
            onupdate="CASCADE",
        ),
        CheckConstraint("accepted_on <= recorded_on", name="accepted_not_in_future"),
        CheckConstraint(
            "answer_due_on >= accepted_on AND due_on >= answer_due_on AND (answered_on IS NULL OR answered_on >= "
            "accepted_on) AND (resolved_on IS NULL OR resolved_on >= accepted_on)",
            name="days_in_order",
        ),
        CheckConstraint(
            "(state IN ('solved', 'unsolvable')) = (resolved_on IS NOT NULL) AND (resolved_on IS NULL) = (outcome IS "
            "NULL)",
            name="resolved_with_outcome",
        ),
        CheckConstraint("state <> 'answered' OR answered_on IS NOT NULL", name="answered_on_a_day"),
        CheckConstraint("state <> 'assigned' OR unit_id IS NOT NULL OR assignee_id IS NOT NULL", name="assigned_to"),
        CheckConstraint(
            "satisfaction IS NULL OR (satisfaction BETWEEN 1 AND 5 AND resolved_on IS NOT NULL)", name="satisfaction"
        ),
        withdrawn_by_someone(),
        Index(None, "state", "due_on"),
        Index(None, "resolved_on"),
        {"comment": "requests of enterprises"},
    )

    investor_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_investor.id"), index=True, comment="whose request")
    lead_id: Mapped[int | None] = mapped_column(BigInt, index=True, comment="the lead it belongs to, or null")
    text: Mapped[str] = mapped_column(String(1000), comment="what is asked for")
    kind: Mapped[RequestKind] = mapped_column(enum(RequestKind, "kind"), comment="what it is about")
    channel: Mapped[RequestChannel] = mapped_column(enum(RequestChannel, "channel"), comment="how it came in")
    brand: Mapped[str | None] = mapped_column(String(24), comment="the service brand of the policy, or null")
    accepted_on: Mapped[date] = mapped_column(comment="the day it was accepted")
    recorded_on: Mapped[date] = mapped_column(comment="bureau's day of recording")
    ambassador_id: Mapped[int] = mapped_column(
        ForeignKey("crm_staff.id"), index=True, comment="who serves the enterprise"
    )
    unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_unit.id"), index=True, comment="the unit that sees to it"
    )
    assignee_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_staff.id"), index=True, comment="the person who sees to it"
    )
    answer_due_on: Mapped[date] = mapped_column(comment="until when it is to be answered")
    due_on: Mapped[date] = mapped_column(comment="until when it is to be solved")
    answered_on: Mapped[date | None] = mapped_column(comment="the day of the first answer")
    state: Mapped[RequestState] = mapped_column(enum(RequestState, "state"), comment="as of its last step")
    resolved_on: Mapped[date | None] = mapped_column(comment="the day it was solved, or said to be unsolvable")
    outcome: Mapped[str | None] = mapped_column(String(1000), comment="how it was solved, or why it cannot be")
    satisfaction: Mapped[int | None] = mapped_column(Small, comment="1 to 5, 5 is the best")
    steps: Mapped[list["RequestEvent"]] = relationship(back_populates="request", order_by="RequestEvent.number")


class RequestEvent(Identified, Base):
    """One step of a request. Never changed, never deleted."""

    __tablename__ = "crm_request_event"
    __table_args__ = (UniqueConstraint("request_id", "number"), {"comment": "history of requests, append-only"})

    request_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_request.id"), comment="which request")
    number: Mapped[int] = mapped_column(comment="1, 2, 3 … for each request")
    step: Mapped[RequestStep] = mapped_column(enum(RequestStep, "step"), comment="what was done")
    state: Mapped[RequestState] = mapped_column(enum(RequestState, "state"), comment="the state from then on")
    occurred_on: Mapped[date] = mapped_column(comment="the day of the step")
    recorded_at: Mapped[datetime] = mapped_column(comment="when it was written")
    actor_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who did it")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("crm_unit.id"), comment="of an assignment: to which unit")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("crm_staff.id"), comment="of an assignment: to whom")
    due_on: Mapped[date] = mapped_column(comment="until when it was to be solved then")
    note: Mapped[str | None] = mapped_column(String(1000), comment="the answer, the outcome or the reason")
    request: Mapped[Request] = relationship(back_populates="steps")
