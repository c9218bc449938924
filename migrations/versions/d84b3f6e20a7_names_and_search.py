"""Names are spelled, and searched through an index.

The columns come empty; ``crm db upgrade`` fills them, and the keys anew, because a revision imports nothing of ours.

Revises: d84b17e2c95a
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "d84b3f6e20a7"
down_revision: str | None = "d84b17e2c95a"
branch_labels: str | None = None
depends_on: str | None = None

_OLD = "comparison key: NFKC, case folded, no separators"
_NEW = "comparison key without the legal form: NFKC, simplified, case folded, no separators"
_OLD_TABLE = "the names of investors, with their comparison keys"
_NEW_TABLE = "the names of investors, and what they are compared and found by"
_SQLITE = (
    (
        "CREATE VIRTUAL TABLE crm_name_search USING fts5(tokens, content='crm_investor_name', content_rowid='id',"
        " tokenize='ascii', prefix='1 2', detail='none', columnsize=0)"
    ),
    (
        "CREATE TRIGGER crm_name_search_insert AFTER INSERT ON crm_investor_name BEGIN"
        " INSERT INTO crm_name_search(rowid, tokens) VALUES (new.id, new.tokens); END"
    ),
    (
        "CREATE TRIGGER crm_name_search_delete AFTER DELETE ON crm_investor_name BEGIN"
        " INSERT INTO crm_name_search(crm_name_search, rowid, tokens) VALUES ('delete', old.id, old.tokens); END"
    ),
    (
        "CREATE TRIGGER crm_name_search_update AFTER UPDATE OF id, tokens ON crm_investor_name BEGIN"
        " INSERT INTO crm_name_search(crm_name_search, rowid, tokens) VALUES ('delete', old.id, old.tokens);"
        " INSERT INTO crm_name_search(rowid, tokens) VALUES (new.id, new.tokens); END"
    ),
    # It counts the rows that are there as empty ones, as they are.
    "INSERT INTO crm_name_search(crm_name_search) VALUES ('rebuild')",
)
_POSTGRES = (
    "CREATE INDEX ix_crm_investor_name_search ON crm_investor_name"
    " USING gin (array_to_tsvector(string_to_array(tokens, ' '))) WITH (fastupdate = off)"
)


def upgrade() -> None:
    """Add the columns and the index."""
    op.add_column(
        "crm_investor_name",
        sa.Column("form", sa.String(length=24), nullable=True, comment="code of the legal form, such as cn.llc"),
    )
    op.add_column(
        "crm_investor_name",
        sa.Column("place", sa.String(length=24), nullable=True, comment="the place it begins with, in Chinese"),
    )
    op.add_column(
        "crm_investor_name",
        sa.Column(
            "tokens",
            sa.Text(),
            server_default=sa.text("''"),
            nullable=False,
            comment="what it is searched by, separated by spaces",
        ),
    )
    if op.get_context().dialect.name == "sqlite":
        for statement in _SQLITE:
            op.execute(statement)
        return
    # In one order everywhere, so that a range of the key's index answers what begins so.
    op.alter_column(
        "crm_investor_name", "key", type_=sa.String(length=400, collation="C"), existing_type=sa.String(length=400),
        existing_nullable=False, comment=_NEW, existing_comment=_OLD,
    )  # fmt: skip
    op.create_table_comment("crm_investor_name", _NEW_TABLE, existing_comment=_OLD_TABLE)
    op.execute(_POSTGRES)


def downgrade() -> None:
    """Drop what upgrade made; the keys stay without legal forms."""
    if op.get_context().dialect.name == "sqlite":
        for event in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER crm_name_search_{event}")
        op.execute("DROP TABLE crm_name_search")
    else:
        op.drop_index("ix_crm_investor_name_search", table_name="crm_investor_name")
        op.create_table_comment("crm_investor_name", _OLD_TABLE, existing_comment=_NEW_TABLE)
        op.alter_column(
            "crm_investor_name", "key", type_=sa.String(length=400, collation="default"),
            existing_type=sa.String(length=400, collation="C"), existing_nullable=False, comment=_OLD, existing_comment=_NEW,
        )  # fmt: skip
    for column in ("tokens", "place", "form"):
        op.drop_column("crm_investor_name", column)
