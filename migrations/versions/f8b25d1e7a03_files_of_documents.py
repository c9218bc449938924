"""Files of documents are kept, outside the database; a document has the size of its file.

Revises: a17c5e93d0b4
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "f8b25d1e7a03"
down_revision: str | None = "a17c5e93d0b4"
branch_labels: str | None = None
depends_on: str | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the column, empty: of documents on record the checksum alone is known."""
    comment = "bytes of the file that is kept; null where the checksum alone is known"
    op.add_column("crm_evidence", sa.Column("file_size", _NUMBER, nullable=True, comment=comment))


def downgrade() -> None:
    """Drop the column; the files stay in their folder."""
    op.drop_column("crm_evidence", "file_size")
