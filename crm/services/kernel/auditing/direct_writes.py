"""Finds every write to our tables that did not come from a service.

:mod:`crm.services.kernel.auditing.guard` calls it. A host's relationships to our models pass, because they write the
host's columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from weakref import WeakSet

from sqlalchemy import inspect
from sqlalchemy.orm import (
    ColumnProperty,
    MapperProperty,
    ORMExecuteState,
    RelationshipProperty,
    Session,
    SessionTransaction,
)

from crm.errors import N_, DirectWrite, Problem, problem
from crm.models import Base, Staff
from crm.models.binding import dialect_of
from crm.models.sqlite import begin_writing


def before_flush(session: Session, admitted: WeakSet[Base]) -> None:
    """Refuse to flush what was written past the services.

    Args:
        session: The caller's session.
        admitted: The records that a service has written; they are forgotten afterwards.

    Raises:
        DirectWrite: Records were added, changed or deleted outside the services.
    """
    # A host's record may be unhashable, as a dataclass is, so only ours are looked up.
    written = [
        *(
            (instance, _written(instance))
            for instance in session.dirty
            if not isinstance(instance, Base) or instance not in admitted
        ),
        *((instance, _written(instance)) for instance in session.new if not isinstance(instance, Base)),
        *((instance, _cleared(instance)) for instance in session.deleted if not isinstance(instance, Base)),
    ]
    problems = [
        *(
            _refusal(instance, N_("This {record} was added outside the services."))
            for instance in session.new
            if isinstance(instance, Base) and instance not in admitted
        ),
        *(
            _refusal(instance, N_("This {record} was written directly: {fields}."), fields=", ".join(fields))
            for instance, fields in written
            if fields
        ),
        *(
            _refusal(instance, N_("This {record} was deleted; records are never deleted."))
            for instance in {
                *(instance for instance in session.deleted if isinstance(instance, Base)),
                *_orphans(session),
            }
        ),
    ]
    if problems:
        raise DirectWrite(*problems)
    admitted.clear()


def _written(record: object) -> list[str]:
    """Return the attributes of a record, ours or the host's, whose change would be written to our tables."""
    state = inspect(record)
    # A relationship set by hand writes its column only after this event, but its history already shows the change.
    return [
        attribute.key
        for attribute in state.mapper.attrs
        if state.attrs[attribute.key].history.has_changes() and _writes_ours(attribute)
    ]


def _cleared(record: object) -> list[str]:
    """Return the relationships of a host's deleted record whose foreign keys in our tables would be set to null."""
    state = inspect(record)
    return [
        relation.key
        for relation in state.mapper.relationships
        if not relation.viewonly and _writes_ours(relation) and state.attrs[relation.key].load_history().sum()
    ]


def _writes_ours(attribute: MapperProperty[object]) -> bool:
    """Return whether an attribute is stored in a table of ours; a host's relationship is stored in the host's."""
    columns: Sequence[object] = []
    if isinstance(attribute, RelationshipProperty):
        pairs = [*attribute.synchronize_pairs, *(attribute.secondary_synchronize_pairs or ())]
        columns = [written for _, written in pairs]
    elif isinstance(attribute, ColumnProperty):
        columns = attribute.columns
    return any(getattr(getattr(column, "table", None), "metadata", None) is Base.metadata for column in columns)


def _orphans(session: Session) -> Iterator[Base]:
    """Yield our records that ``delete-orphan`` will delete; SQLAlchemy looks for them only after this event."""
    states = [inspect(instance) for instance in (*session.new, *session.dirty, *session.deleted)]
    owning = {
        mapper: [relationship for relationship in mapper.relationships if relationship.cascade.delete_orphan]
        for mapper in {state.mapper for state in states}
    }
    removed, added = set(), set()
    for state in states:
        for relation in owning[state.mapper]:
            history = state.attrs[relation.key].load_history()
            removed |= {(relation, inspect(child)) for child in history.deleted or () if child is not None}
            added |= {(relation, inspect(child)) for child in history.added or () if child is not None}
    for _, orphan in removed - added:
        falling = [orphan.obj(), *(instance for instance, *_ in orphan.mapper.cascade_iterator("delete", orphan))]
        yield from (instance for instance in falling if isinstance(instance, Base))


def on_execute(state: ORMExecuteState) -> None:
    """Refuse a statement that writes rows of ours in bulk.

    Raises:
        DirectWrite: It is one.
    """
    if state.is_select or not state.is_orm_statement:
        return
    mapper = state.bind_mapper
    if mapper is not None and issubclass(mapper.class_, Base):
        raise DirectWrite(
            problem(
                N_("Rows of {record} were written in bulk outside the services."),
                N_("Use the services of CRM(session, actor)."),
                code="direct_write",
                record=mapper.class_.__name__,
            )
        )


def after_rollback(session: Session, previous: SessionTransaction) -> None:
    """Forget the writes of a rolled-back savepoint; a full rollback expires everything by itself."""
    if previous.nested:
        for record in session.identity_map.values():
            if isinstance(record, Base):
                session.expire(record)


def after_create(session: Session, created: SessionTransaction) -> None:
    """Begin the transaction before a savepoint, or its release would commit.

    See :func:`crm.models.sqlite.begin_writing`.
    """
    if created.nested and created.parent is not None and dialect_of(session).name == "sqlite":
        begin_writing(created.parent.connection(inspect(Staff)))


def _refusal(record: object, text: str, **params: str) -> Problem:
    return problem(
        text,
        N_("Use the services of CRM(session, actor)."),
        code="direct_write",
        record=type(record).__name__,
        **params,
    )
