"""The search index of names: FTS5 on SQLite, GIN on PostgreSQL.

Both index the tokens of :func:`crm.values.naming.spelling.spell`. Neither is in the metadata: SQLAlchemy has no virtual
tables, and an index over an expression of PostgreSQL works on no other database. They are created and compared here,
and Alembic ignores them: :func:`is_search`. PostgreSQL needs only an index, no trigger and no extension, so a tenant's
schema can be sharded by Citus. On SQLite three triggers copy each name into the index; they are dropped with the table,
so a revision that rebuilds ``crm_investor_name`` has to create them again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: On SQLite the virtual table, and what the names of its triggers begin with.
FTS: Final = "crm_name_search"
#: On PostgreSQL the index.
GIN: Final = "ix_crm_investor_name_search"

# Tokens are ASCII letters and digits, or anything that is not ASCII: just what the ascii tokenizer takes for a word.
# The name's row has the tokens themselves; positions and lengths are not stored, because nothing uses them.
# PostgreSQL indexes new names at once: every search would scan a pending list.
_MADE: Final[Mapping[str, Mapping[str, str]]] = {
    "sqlite": {
        "crm_name_search": (
            "CREATE VIRTUAL TABLE crm_name_search USING fts5(tokens, content='crm_investor_name', content_rowid='id',"
            " tokenize='ascii', prefix='1 2', detail='none', columnsize=0)"
        ),
        "crm_name_search_insert": (
            "CREATE TRIGGER crm_name_search_insert AFTER INSERT ON crm_investor_name BEGIN"
            " INSERT INTO crm_name_search(rowid, tokens) VALUES (new.id, new.tokens); END"
        ),
        "crm_name_search_delete": (
            "CREATE TRIGGER crm_name_search_delete AFTER DELETE ON crm_investor_name BEGIN"
            " INSERT INTO crm_name_search(crm_name_search, rowid, tokens) VALUES ('delete', old.id, old.tokens); END"
        ),
        "crm_name_search_update": (
            "CREATE TRIGGER crm_name_search_update AFTER UPDATE OF id, tokens ON crm_investor_name BEGIN"
            " INSERT INTO crm_name_search(crm_name_search, rowid, tokens) VALUES ('delete', old.id, old.tokens);"
            " INSERT INTO crm_name_search(rowid, tokens) VALUES (new.id, new.tokens); END"
        ),
    },
    "postgresql": {
        "ix_crm_investor_name_search": (
            "CREATE INDEX ix_crm_investor_name_search ON crm_investor_name"
            " USING gin (array_to_tsvector(string_to_array(tokens, ' '))) WITH (fastupdate = off)"
        )
    },
}
#: Builds the index of SQLite from the rows that are there.
REBUILD: Final = "INSERT INTO crm_name_search(crm_name_search) VALUES ('rebuild')"


def made_of(dialect: str) -> Mapping[str, str]:
    """Return the parts of the search for a kind of database: ``{name: statement}``, in order."""
    return _MADE[dialect]


def is_search(name: str | None) -> bool:
    """Return whether a table or an index is part of the search, which no model has."""
    return name is not None and (name in {GIN, FTS} or name.startswith(f"{FTS}_"))
