"""Targets, version by version, and scorecards that were frozen.

Revises: d84b3f6e20a7
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "5735197b2160"
down_revision: str | None = "d84b3f6e20a7"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "crm_target",
        sa.Column("code", sa.String(length=40), nullable=False, comment="short name people type"),
        sa.Column("starts_on", sa.Date(), nullable=False, comment="first day of its period"),
        sa.Column("ends_on", sa.Date(), nullable=False, comment="last day of its period"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="no longer asked since, or null"),
        sa.Column("end_reason", sa.String(length=1000), nullable=True, comment="why it is no longer asked"),
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
            comment="number people say aloud",
        ),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows by one with each change"),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_crm_target_ended_with_reason")),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_crm_target_ends_after_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_target")),
        sa.UniqueConstraint("code", name=op.f("uq_crm_target_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_target_uid")),
        comment="figures to reach in a period",
    )
    with op.batch_alter_table("crm_target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crm_target_starts_on"), ["starts_on"], unique=False)

    op.create_table(
        "crm_score",
        sa.Column("starts_on", sa.Date(), nullable=False, comment="first day of the period"),
        sa.Column("ends_on", sa.Date(), nullable=False, comment="last day of the period"),
        sa.Column("edition", sa.Integer(), nullable=False, comment="1, 2, 3 … for each period"),
        sa.Column("as_of", sa.Date(), nullable=False, comment="the last day that counts in it"),
        sa.Column("method", sa.String(length=80), nullable=False, comment="how it was counted (口径)"),
        sa.Column("frozen_on", sa.Date(), nullable=False, comment="bureau's day of freezing"),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column(
            "actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="who froze it"
        ),
        sa.Column("reason", sa.String(length=1000), nullable=True, comment="of a later edition: why"),
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
            comment="number people say aloud",
        ),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.CheckConstraint(
            "(edition = 1) = (reason IS NULL) AND edition >= 1", name=op.f("ck_crm_score_later_editions_say_why")
        ),
        sa.CheckConstraint("as_of >= starts_on AND as_of <= frozen_on", name=op.f("ck_crm_score_as_of_a_past_day")),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_crm_score_ends_after_start")),
        sa.ForeignKeyConstraint(["actor_id"], ["crm_staff.id"], name=op.f("fk_crm_score_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_score")),
        sa.UniqueConstraint("starts_on", "ends_on", "edition", name=op.f("uq_crm_score_starts_on_ends_on_edition")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_score_uid")),
        comment="scorecards that were frozen, append-only",
    )
    op.create_table(
        "crm_target_terms",
        sa.Column(
            "target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="of which target"
        ),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … for each target; the highest holds"),
        sa.Column("title", sa.String(length=200), nullable=False, comment="its name in Chinese"),
        sa.Column("title_en", sa.String(length=200), nullable=True, comment="its name in English, or null"),
        sa.Column("measure", sa.String(length=40), nullable=False, comment="what is counted"),
        sa.Column("filter", sa.JSON(), nullable=False, comment="what the measure is narrowed to"),
        sa.Column(
            "scope",
            sa.Enum(
                "city",
                "each",
                "jointly",
                name=op.f("ck_crm_target_terms_scope"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
            comment="of whom it is asked",
        ),
        sa.Column("kinds", sa.JSON(), nullable=False, comment="kinds of unit it is asked of"),
        sa.Column(
            "cadence",
            sa.Enum(
                "whole",
                "half",
                "quarter",
                "month",
                name=op.f("ck_crm_target_terms_cadence"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
            comment="how often within the period",
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "count",
                "sum",
                "share",
                "multiple",
                name=op.f("ck_crm_target_terms_kind"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
            comment="how the threshold is stated",
        ),
        sa.Column(
            "base",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="to be reached: a number, minor units, basis points, or hundredths of a multiple",
        ),
        sa.Column(
            "stretch",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="one would like to reach, likewise, or null",
        ),
        sa.Column("currency", sa.String(length=3), nullable=True, comment="of a sum: its ISO 4217 currency"),
        sa.Column("of_measure", sa.String(length=40), nullable=True, comment="of a share: of what"),
        sa.Column("of_filter", sa.JSON(), nullable=False, comment="of a share: what that is narrowed to"),
        sa.Column(
            "baseline_from", sa.Date(), nullable=True, comment="of a multiple: first day of the period it multiplies"
        ),
        sa.Column("baseline_to", sa.Date(), nullable=True, comment="of a multiple: last day of that period"),
        sa.Column("source", sa.String(length=500), nullable=False, comment="where it was laid down"),
        sa.Column("note", sa.String(length=1000), nullable=True, comment="how it is counted, in a sentence"),
        sa.Column(
            "content",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of all of it: the same again is no new version",
        ),
        sa.Column(
            "set_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="who set it"
        ),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column("reason", sa.String(length=1000), nullable=True, comment="of a later version: why"),
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
            comment="number people say aloud",
        ),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.CheckConstraint(
            "(kind = 'share') = (of_measure IS NOT NULL)", name=op.f("ck_crm_target_terms_share_of_something")
        ),
        sa.CheckConstraint(
            "(kind = 'sum') = (currency IS NOT NULL)", name=op.f("ck_crm_target_terms_sum_in_a_currency")
        ),
        sa.CheckConstraint(
            "kind <> 'share' OR (base <= 10000 AND (stretch IS NULL OR stretch <= 10000))",
            name=op.f("ck_crm_target_terms_share_of_the_whole"),
        ),
        sa.CheckConstraint(
            "kind = 'multiple' OR baseline_from IS NULL", name=op.f("ck_crm_target_terms_multiple_of_a_baseline")
        ),
        sa.CheckConstraint(
            "(baseline_from IS NULL) = (baseline_to IS NULL)", name=op.f("ck_crm_target_terms_baseline_has_an_end")
        ),
        sa.CheckConstraint(
            "(number = 1) = (reason IS NULL) AND number >= 1", name=op.f("ck_crm_target_terms_later_versions_say_why")
        ),
        sa.CheckConstraint(
            "base > 0 AND (stretch IS NULL OR stretch > base)", name=op.f("ck_crm_target_terms_stretch_above_base")
        ),
        sa.CheckConstraint(
            "baseline_to IS NULL OR baseline_to >= baseline_from",
            name=op.f("ck_crm_target_terms_baseline_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(["set_by_id"], ["crm_staff.id"], name=op.f("fk_crm_target_terms_set_by_id")),
        sa.ForeignKeyConstraint(["target_id"], ["crm_target.id"], name=op.f("fk_crm_target_terms_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_target_terms")),
        sa.UniqueConstraint("target_id", "number", name=op.f("uq_crm_target_terms_target_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_target_terms_uid")),
        comment="what targets ask, version by version, append-only",
    )
    op.create_table(
        "crm_score_cell",
        sa.Column(
            "score_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="of which scorecard",
        ),
        sa.Column(
            "terms_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="what was asked, as it was then",
        ),
        sa.Column(
            "unit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="whose, or null: the city's, or of several jointly",
        ),
        sa.Column("starts_on", sa.Date(), nullable=False, comment="first day of its span"),
        sa.Column("ends_on", sa.Date(), nullable=False, comment="last day of its span"),
        sa.Column(
            "value",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="what was counted: a number, or minor units",
        ),
        sa.Column(
            "whole",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="what it is a share of, or the baseline; or null",
        ),
        sa.Column(
            "standing",
            sa.Enum(
                "missed",
                "behind",
                "on_track",
                "reached",
                "not_begun",
                "not_available",
                name=op.f("ck_crm_score_cell_standing"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
            comment="how it stood",
        ),
        sa.Column(
            "tier",
            sa.Enum(
                "none",
                "base",
                "stretch",
                name=op.f("ck_crm_score_cell_tier"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
            comment="what of it was reached",
        ),
        sa.Column(
            "why",
            sa.Enum(
                "no_baseline",
                "nothing_to_share",
                name=op.f("ck_crm_score_cell_why"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
            comment="why it could not be judged, or null",
        ),
        sa.Column(
            "open_value",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="the value without confidential leads",
        ),
        sa.Column(
            "open_whole",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the whole without confidential leads",
        ),
        sa.Column(
            "open_standing",
            sa.Enum(
                "missed",
                "behind",
                "on_track",
                "reached",
                "not_begun",
                "not_available",
                name=op.f("ck_crm_score_cell_open_standing"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
            comment="how that stood",
        ),
        sa.Column(
            "open_tier",
            sa.Enum(
                "none",
                "base",
                "stretch",
                name=op.f("ck_crm_score_cell_open_tier"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
            comment="what of that was reached",
        ),
        sa.Column(
            "open_why",
            sa.Enum(
                "no_baseline",
                "nothing_to_share",
                name=op.f("ck_crm_score_cell_open_why"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
            comment="why that could not be judged",
        ),
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
            comment="number people say aloud",
        ),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_crm_score_cell_ends_after_start")),
        sa.ForeignKeyConstraint(["score_id"], ["crm_score.id"], name=op.f("fk_crm_score_cell_score_id")),
        sa.ForeignKeyConstraint(["terms_id"], ["crm_target_terms.id"], name=op.f("fk_crm_score_cell_terms_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["crm_unit.id"], name=op.f("fk_crm_score_cell_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_score_cell")),
        sa.UniqueConstraint(
            "score_id",
            "terms_id",
            "unit_id",
            "starts_on",
            name=op.f("uq_crm_score_cell_score_id_terms_id_unit_id_starts_on"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_score_cell_uid")),
        comment="figures of frozen scorecards, append-only",
    )
    with op.batch_alter_table("crm_score_cell", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crm_score_cell_terms_id"), ["terms_id"], unique=False)
        batch_op.create_index(
            "uq_crm_score_cell_together",
            ["score_id", "terms_id", "starts_on"],
            unique=True,
            sqlite_where=sa.text("unit_id IS NULL"),
            postgresql_where=sa.text("unit_id IS NULL"),
        )

    op.create_table(
        "crm_target_baseline",
        sa.Column(
            "terms_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="of which version"
        ),
        sa.Column(
            "unit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="whose, or null: all together",
        ),
        sa.Column(
            "value",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="a number, or minor units",
        ),
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
            comment="number people say aloud",
        ),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.CheckConstraint("value > 0", name=op.f("ck_crm_target_baseline_more_than_nothing")),
        sa.ForeignKeyConstraint(["terms_id"], ["crm_target_terms.id"], name=op.f("fk_crm_target_baseline_terms_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["crm_unit.id"], name=op.f("fk_crm_target_baseline_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_target_baseline")),
        sa.UniqueConstraint("terms_id", "unit_id", name=op.f("uq_crm_target_baseline_terms_id_unit_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_target_baseline_uid")),
        comment="figures of the past that multiples multiply, as entered, append-only",
    )
    with op.batch_alter_table("crm_target_baseline", schema=None) as batch_op:
        batch_op.create_index(
            "uq_crm_target_baseline_together",
            ["terms_id"],
            unique=True,
            sqlite_where=sa.text("unit_id IS NULL"),
            postgresql_where=sa.text("unit_id IS NULL"),
        )

    op.create_table(
        "crm_target_unit",
        sa.Column(
            "terms_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="of which version"
        ),
        sa.Column(
            "unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="which unit"
        ),
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
            comment="number people say aloud",
        ),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.ForeignKeyConstraint(["terms_id"], ["crm_target_terms.id"], name=op.f("fk_crm_target_unit_terms_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["crm_unit.id"], name=op.f("fk_crm_target_unit_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_target_unit")),
        sa.UniqueConstraint("terms_id", "unit_id", name=op.f("uq_crm_target_unit_terms_id_unit_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_target_unit_uid")),
        comment="units that targets name, append-only",
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("crm_target_unit")
    with op.batch_alter_table("crm_target_baseline", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_crm_target_baseline_together",
            sqlite_where=sa.text("unit_id IS NULL"),
            postgresql_where=sa.text("unit_id IS NULL"),
        )

    op.drop_table("crm_target_baseline")
    with op.batch_alter_table("crm_score_cell", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_crm_score_cell_together",
            sqlite_where=sa.text("unit_id IS NULL"),
            postgresql_where=sa.text("unit_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_crm_score_cell_terms_id"))

    op.drop_table("crm_score_cell")
    op.drop_table("crm_target_terms")
    op.drop_table("crm_score")
    with op.batch_alter_table("crm_target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crm_target_starts_on"))

    op.drop_table("crm_target")
