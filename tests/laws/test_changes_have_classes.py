"""What a verb writes has a class of :mod:`crm.changes`, and each class is of records and verbs that there are."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import CRM
from crm.changes import Change, class_of
from crm.models import AuditEntry
from crm.models.audited import audited_models, record_name
from tests.laws.conftest import SIZES
from tests.laws.scenes import Scene
from tests.laws.test_statement_counts import TABLE, method
from tests.laws.test_the_audit_is_told_in_words import verbs

pytestmark = pytest.mark.portable

#: Verbs whose entries are plain changes: parts of a record, lists and bookkeeping.
PLAIN = {
    "staff.edit", "investors.distinct", "trips.add_visit", "trips.cancel_visit", "trips.add_member", "trips.remove_member",
    "trips.add_leg", "trips.set_unit", "trips.remove_unit", "trips.add_cost", "trips.withdraw_cost", "industries.load",
    "rates.load", "events.edit_attendance", "events.withdraw_attendance", "events.restore_attendance", "tags.rename",
    "tags.merge", "tags.split", "views.save", "views.remove", "claims.edit", "benchmarks.set", "targets.restore", "targets.end", "exports.record", "audit.seal",
}  # fmt: skip
KINDS = Change.__subclasses__()


def test_a_class_is_of_a_record_and_of_verbs_that_there_are() -> None:
    """No class is left of a verb or a table that was renamed."""
    assert {kind.written for kind in KINDS} <= {record_name(model) for model in audited_models()}
    assert {verb for kind in KINDS for verb in kind.verbs} - set(verbs()) == set()


def test_no_class_hides_another() -> None:
    """Each is what it says by at least one entry: its first verb, or any, on a new record or on an old one."""
    for kind in KINDS:
        verb = kind.verbs[0] if kind.verbs else "some.verb"
        assert class_of(verb, kind.written, 1 if kind.new else 2, {"from_stage": [None, "contact"]}) is kind


@pytest.mark.whole  # the quick tier tries lead.open, contact.add and lead.hold: tests/embedding/test_changes_after_the_commit.py
@pytest.mark.parametrize("scene", SIZES[:1], indirect=True)
def test_each_verb_makes_a_change_of_a_class(scene: Scene) -> None:
    """Of one for what it is about, or it is listed as making plain changes alone; the list is current."""
    plain = set()
    for name, (actor, call, _) in TABLE.items():
        if not method(name).verb.writes:
            continue
        with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
            last = session.scalar(select(func.max(AuditEntry.id))) or 0
            call(CRM(session, actor, clock=scene.clock), scene)
            entries = session.scalars(select(AuditEntry).where(AuditEntry.id > last)).all()
            if all(class_of(entry.verb, entry.record, entry.version, entry.changes) is Change for entry in entries):
                plain.add(name)
            session.rollback()
    assert plain == PLAIN
