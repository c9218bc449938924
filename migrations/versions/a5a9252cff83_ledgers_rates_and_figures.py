"""Two ledgers of capital, rates of exchange, classes of industry, figures made public and figures of others.

Revises: e1957bd4a036
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision: str = "a5a9252cff83"
down_revision: str | None = "e1957bd4a036"
branch_labels: str | None = None
depends_on: str | None = None


TABLE = "crm_capital_arrival"
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def columns() -> list[sa.Column[Any]]:
    """Return the columns that the ledger of arrivals gains."""
    return [
        sa.Column("unit_id", _NUMBER, comment="the unit that had the lead when it was recorded"),
        sa.Column("place", sa.String(length=120), comment="where: the bank, or the place of signing"),
        sa.Column(
            "immediate_country",
            sa.String(length=2),
            comment="ISO 3166-1 alpha-2: from where it came; null before it was asked for",
        ),
        sa.Column("ultimate_country", sa.String(length=2), comment="ISO 3166-1 alpha-2: of the investor behind it"),
        sa.Column("industry", sa.String(length=5), comment="GB/T 4754-2017, with its section letter"),
        sa.Column("method", sa.String(length=40), comment="the statistical method (口径) it was recorded under"),
        sa.Column("evidence_id", _NUMBER, comment="that document, where it is on record"),
        sa.Column("confirmed_by_id", _NUMBER, comment="who confirmed it, a third person"),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), comment="when it was confirmed"),
        sa.Column("usd_minor", _NUMBER, comment="value in US cents, fixed when it was confirmed"),
        sa.Column("cny_minor", _NUMBER, comment="value in fen, fixed when it was confirmed"),
        sa.Column("usd_rate", _NUMBER, comment="US dollars for one unit, in 10^-10, rounded"),
        sa.Column("cny_rate", _NUMBER, comment="yuan for one unit, in 10^-10, rounded"),
        sa.Column("rate_source", sa.String(length=24), comment="the table of rates"),
        sa.Column("rate_on", sa.Date(), comment="the day of the rates"),
    ]


#: CHECKs of the ledger of arrivals that stay, that go, and that come.
STAY = {
    "sign": "(reverses_id IS NULL AND amount_minor > 0) OR (reverses_id IS NOT NULL AND amount_minor < 0)",
    "not_in_future": "arrived_on <= recorded_on",
    "not_its_own_reversal": "reverses_id <> id",
    "reversed_with_reason": "reverses_id IS NULL OR reason IS NOT NULL",
    "verified_by_another": "verified_by_id <> submitted_by_id",
    "kind": "kind IN ('new', 'increase', 'reinvestment', 'shareholder_loan')",
}
GO = {
    "verified_by_someone": "(state = 'verified') = (verified_by_id IS NOT NULL) AND (verified_by_id IS NULL) = (verified_at IS NULL)",
    "state": "state IN ('reported', 'verified')",
}
COME = {
    "verified_by_someone": "(state = 'reported') = (verified_by_id IS NULL)",
    "verified_once": "(verified_by_id IS NULL) = (verified_at IS NULL)",
    "confirmed_by_someone": "(state = 'confirmed') = (confirmed_by_id IS NOT NULL)",
    "confirmed_once": "(confirmed_by_id IS NULL) = (confirmed_at IS NULL)",
    "confirmed_by_a_third": "confirmed_by_id <> submitted_by_id AND confirmed_by_id <> verified_by_id",
    "valued_when_confirmed": "(state = 'confirmed') = (usd_minor IS NOT NULL) AND (usd_minor IS NULL) = (cny_minor IS NULL)"
    " AND (usd_minor IS NULL) = (usd_rate IS NULL) AND (usd_minor IS NULL) = (cny_rate IS NULL)"
    " AND (usd_minor IS NULL) = (rate_source IS NULL) AND (usd_minor IS NULL) = (rate_on IS NULL)",
    "confirmed_says_from_where": "state <> 'confirmed' OR (immediate_country IS NOT NULL AND ultimate_country IS NOT NULL"
    " AND industry IS NOT NULL AND method IS NOT NULL)",
    "state": "state IN ('reported', 'verified', 'confirmed')",
}
KEYS = {
    "fk_crm_capital_arrival_confirmed_by_id": ("crm_staff", ["confirmed_by_id"], ["id"]),
    "fk_crm_capital_arrival_unit_id": ("crm_unit", ["unit_id"], ["id"]),
    "fk_crm_capital_arrival_evidence": ("crm_evidence", ["evidence_id", "lead_id"], ["id", "lead_id"]),
}
INDEXES = {
    "ix_crm_capital_arrival_evidence_id": ["evidence_id"],
    "ix_crm_capital_arrival_state_arrived_on": ["state", "arrived_on"],
    "ix_crm_capital_arrival_unit_id": ["unit_id"],
}
COMMENTS = {
    "amount_minor": ("minor units; negative for a reversal", "minor units; negative for what is taken back"),
    "reference": ("bank advice or capital verification report", "the document it rests on"),
    "reason": ("of a reversal: why", "of what is taken back: why"),
}


def as_it_is(*, confirmed: bool) -> sa.Table:
    """Return the ledger of arrivals with or without what this revision adds.

    SQLite copies a table to alter it, and where only the SQL is asked for there is no database to read it from.
    """
    checks = {**STAY, **(COME if confirmed else GO)}
    keys = {f"fk_{TABLE}_{name}": ("crm_staff", [name], ["id"]) for name in ("submitted_by_id", "verified_by_id")}
    keys |= {f"fk_{TABLE}_lead_id": ("crm_lead", ["lead_id"], ["id"])}
    keys |= {f"fk_{TABLE}_reverses": (TABLE, ["reverses_id", "lead_id", "currency"], ["id", "lead_id", "currency"])}
    keys |= KEYS if confirmed else {}
    made = sa.Table(
        TABLE,
        sa.MetaData(),
        sa.Column("lead_id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("amount_minor", _NUMBER, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("arrived_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("submitted_by_id", _NUMBER, nullable=False),
        sa.Column("verified_by_id", _NUMBER),
        sa.Column("verified_at", sa.DateTime(timezone=True)),
        sa.Column("reverses_id", _NUMBER),
        sa.Column("reason", sa.String(length=1000)),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64)),
        sa.Column("version", sa.Integer(), nullable=False),
        *(columns() if confirmed else []),
        sa.PrimaryKeyConstraint("id", name=f"pk_{TABLE}"),
        sa.UniqueConstraint("id", "lead_id", "currency", name=f"uq_{TABLE}_id_lead_id_currency"),
        sa.UniqueConstraint("reverses_id", name=f"uq_{TABLE}_reverses_id"),
        sa.UniqueConstraint("uid", name=f"uq_{TABLE}_uid"),
        *(sa.CheckConstraint(text, name=f"ck_{TABLE}_{name}") for name, text in checks.items()),
        *(
            sa.ForeignKeyConstraint(local, [f"{where}.{each}" for each in remote], name=name)
            for name, (where, local, remote) in keys.items()
        ),
    )
    for name, names in {f"ix_{TABLE}_lead_id": ["lead_id"], **(INDEXES if confirmed else {})}.items():
        sa.Index(name, *(made.c[each] for each in names))
    return made


def exchange(table: BatchOperations, old: dict[str, str], new: dict[str, str]) -> None:
    """Put one set of CHECKs in the place of another."""
    for name in old:
        table.drop_constraint(op.f(f"ck_{TABLE}_{name}"), type_="check")
    for name, text in new.items():
        table.create_check_constraint(op.f(f"ck_{TABLE}_{name}"), text)


def comment(which: int) -> None:
    """Say what the columns hold; SQLite keeps no comments."""
    if op.get_context().dialect.name != "sqlite":
        for column, texts in COMMENTS.items():
            op.execute(f"COMMENT ON COLUMN {TABLE}.{column} IS '{texts[which]}'")


def upgrade() -> None:
    """Create the tables, and let the ledger of arrivals be confirmed, valued, and told by origin and industry."""
    op.create_index("uq_crm_evidence_id_lead_id", "crm_evidence", ["id", "lead_id"], unique=True)
    with op.batch_alter_table(TABLE, copy_from=as_it_is(confirmed=False)) as table:
        for column in columns():
            table.add_column(column)
        exchange(table, GO, COME)
        for name, (where, local, remote) in KEYS.items():
            table.create_foreign_key(name, where, local, remote)
        for name, names in INDEXES.items():
            table.create_index(name, names)
    comment(1)
    op.create_table(
        "crm_benchmark",
        sa.Column("scope", sa.String(length=40), nullable=False, comment="whose: nation, province, own …"),
        sa.Column(
            "key",
            sa.String(length=120),
            nullable=False,
            comment="which figure, such as actual_fdi or actual_fdi.growth",
        ),
        sa.Column("starts_on", sa.Date(), nullable=False, comment="first day of the period"),
        sa.Column("ends_on", sa.Date(), nullable=False, comment="last day of the period"),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … for each figure; the highest holds"),
        sa.Column("unit", sa.String(length=24), nullable=False, comment="what it counts in"),
        sa.Column(
            "value",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="cents, fen, a count, or basis points",
        ),
        sa.Column("source", sa.String(length=200), nullable=False, comment="where it was published"),
        sa.Column(
            "actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="who entered it"
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
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
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_crm_benchmark_ends_after_start")),
        sa.ForeignKeyConstraint(["actor_id"], ["crm_staff.id"], name=op.f("fk_crm_benchmark_actor_id")),
        sa.CheckConstraint("unit IN ('usd', 'cny', 'count', 'basis_points')", name=op.f("ck_crm_benchmark_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_benchmark")),
        sa.UniqueConstraint(
            "scope",
            "key",
            "starts_on",
            "ends_on",
            "number",
            name=op.f("uq_crm_benchmark_scope_key_starts_on_ends_on_number"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_benchmark_uid")),
        comment="figures of others to compare with, append-only; the highest number holds",
    )
    op.create_table(
        "crm_closing",
        sa.Column("starts_on", sa.Date(), nullable=False, comment="first day of the period"),
        sa.Column("ends_on", sa.Date(), nullable=False, comment="last day of the period"),
        sa.Column("edition", sa.Integer(), nullable=False, comment="1, 2, 3 … for each period"),
        sa.Column(
            "method", sa.String(length=40), nullable=False, comment="the statistical method (口径) of the figures"
        ),
        sa.Column("closed_on", sa.Date(), nullable=False, comment="bureau's day of closing"),
        sa.Column(
            "closed_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when it was closed: later entries are a restatement",
        ),
        sa.Column(
            "actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="who closed it"
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
        sa.CheckConstraint("(edition = 1) = (reason IS NULL)", name=op.f("ck_crm_closing_later_editions_say_why")),
        sa.CheckConstraint("ends_on < closed_on", name=op.f("ck_crm_closing_closed_after_its_end")),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_crm_closing_ends_after_start")),
        sa.ForeignKeyConstraint(["actor_id"], ["crm_staff.id"], name=op.f("fk_crm_closing_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_closing")),
        sa.UniqueConstraint("starts_on", "ends_on", "edition", name=op.f("uq_crm_closing_starts_on_ends_on_edition")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_closing_uid")),
        comment="periods whose figures were made public, append-only",
    )
    op.create_table(
        "crm_industry",
        sa.Column("code", sa.String(length=5), nullable=False, comment="with its section letter: C367, C3670"),
        sa.Column("name", sa.String(length=120), nullable=False, comment="Chinese name"),
        sa.Column("name_en", sa.String(length=200), nullable=True, comment="English name, where there is one"),
        sa.Column(
            "loaded_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="who loaded it",
        ),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
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
        sa.CheckConstraint("length(code) BETWEEN 4 AND 5", name=op.f("ck_crm_industry_group_or_class")),
        sa.ForeignKeyConstraint(["loaded_by_id"], ["crm_staff.id"], name=op.f("fk_crm_industry_loaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_industry")),
        sa.UniqueConstraint("code", name=op.f("uq_crm_industry_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_industry_uid")),
        comment="groups and classes of GB/T 4754-2017 that were loaded",
    )
    op.create_table(
        "crm_rate_load",
        sa.Column("source", sa.String(length=24), nullable=False, comment="the table: safe, ecb …"),
        sa.Column("rates", sa.Integer(), nullable=False, comment="how many it brought"),
        sa.Column("first_on", sa.Date(), nullable=False, comment="the first day among them"),
        sa.Column("last_on", sa.Date(), nullable=False, comment="the last day among them"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="sum of the rates, in their canonical form"),
        sa.Column("loaded_by_id", _NUMBER, nullable=False, comment="who loaded them"),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False, comment="number people say aloud"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.CheckConstraint("rates > 0", name=op.f("ck_crm_rate_load_not_empty")),
        sa.CheckConstraint("last_on IS NULL OR last_on >= first_on", name=op.f("ck_crm_rate_load_days_in_order")),
        sa.ForeignKeyConstraint(["loaded_by_id"], ["crm_staff.id"], name=op.f("fk_crm_rate_load_loaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_rate_load")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_rate_load_uid")),
        comment="loads of rates of exchange, append-only",
    )
    op.create_table(
        "crm_rate",
        sa.Column("source", sa.String(length=24), nullable=False, comment="the table: safe, ecb …"),
        sa.Column("published_on", sa.Date(), nullable=False, comment="the day it holds for"),
        sa.Column("base", sa.String(length=3), nullable=False, comment="ISO 4217: one unit of this"),
        sa.Column("quote", sa.String(length=3), nullable=False, comment="ISO 4217: is worth so many units of this"),
        sa.Column("rate", _NUMBER, nullable=False, comment="units of quote for one unit of base, in 10^-10"),
        sa.Column("load_id", _NUMBER, nullable=False, comment="by which load"),
        sa.CheckConstraint("base <> quote", name=op.f("ck_crm_rate_two_currencies")),
        sa.CheckConstraint("rate > 0", name=op.f("ck_crm_rate_positive")),
        sa.ForeignKeyConstraint(["load_id"], ["crm_rate_load.id"], name=op.f("fk_crm_rate_load_id")),
        sa.PrimaryKeyConstraint("source", "published_on", "base", "quote", name=op.f("pk_crm_rate")),
        comment="rates of exchange, append-only",
    )
    op.create_index(op.f("ix_crm_rate_load_id"), "crm_rate", ["load_id"], unique=False)

    op.create_table(
        "crm_published_figure",
        sa.Column(
            "closing_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="of which closing",
        ),
        sa.Column(
            "key",
            sa.String(length=120),
            nullable=False,
            comment="which figure, such as actual_fdi or actual_fdi:japan_korea",
        ),
        sa.Column("unit", sa.String(length=24), nullable=False, comment="what it counts in"),
        sa.Column(
            "value",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="cents, fen, a count, or basis points",
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
        sa.ForeignKeyConstraint(["closing_id"], ["crm_closing.id"], name=op.f("fk_crm_published_figure_closing_id")),
        sa.CheckConstraint(
            "unit IN ('usd', 'cny', 'count', 'basis_points')", name=op.f("ck_crm_published_figure_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_published_figure")),
        sa.UniqueConstraint("closing_id", "key", name=op.f("uq_crm_published_figure_closing_id_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_published_figure_uid")),
        comment="figures made public, append-only",
    )
    op.create_table(
        "crm_contract_amount",
        sa.Column("kind", sa.String(length=24), nullable=False, comment="what the contract does"),
        sa.Column("agreed_on", sa.Date(), nullable=False, comment="the day of the contract"),
        sa.Column(
            "lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="which lead"
        ),
        sa.Column(
            "unit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the unit that had the lead when it was recorded",
        ),
        sa.Column(
            "amount_minor",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="minor units; negative for what is taken back",
        ),
        sa.Column("currency", sa.String(length=3), nullable=False, comment="ISO 4217 currency"),
        sa.Column("place", sa.String(length=120), nullable=True, comment="where: the bank, or the place of signing"),
        sa.Column(
            "immediate_country",
            sa.String(length=2),
            nullable=True,
            comment="ISO 3166-1 alpha-2: from where it came; null before it was asked for",
        ),
        sa.Column(
            "ultimate_country",
            sa.String(length=2),
            nullable=True,
            comment="ISO 3166-1 alpha-2: of the investor behind it",
        ),
        sa.Column("industry", sa.String(length=5), nullable=True, comment="GB/T 4754-2017, with its section letter"),
        sa.Column(
            "method", sa.String(length=40), nullable=True, comment="the statistical method (口径) it was recorded under"
        ),
        sa.Column("reference", sa.String(length=200), nullable=False, comment="the document it rests on"),
        sa.Column(
            "evidence_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="that document, where it is on record",
        ),
        sa.Column("state", sa.String(length=24), nullable=False, comment="how far it is checked"),
        sa.Column(
            "submitted_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="who submitted it",
        ),
        sa.Column(
            "verified_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="who verified it, another person",
        ),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True, comment="when it was verified"),
        sa.Column(
            "confirmed_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="who confirmed it, a third person",
        ),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True, comment="when it was confirmed"),
        sa.Column(
            "usd_minor",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="value in US cents, fixed when it was confirmed",
        ),
        sa.Column(
            "cny_minor",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="value in fen, fixed when it was confirmed",
        ),
        sa.Column(
            "usd_rate",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="US dollars for one unit, in 10^-10, rounded",
        ),
        sa.Column(
            "cny_rate",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="yuan for one unit, in 10^-10, rounded",
        ),
        sa.Column("rate_source", sa.String(length=24), nullable=True, comment="the table of rates"),
        sa.Column("rate_on", sa.Date(), nullable=True, comment="the day of the rates"),
        sa.Column(
            "reverses_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the entry it reverses",
        ),
        sa.Column("reason", sa.String(length=1000), nullable=True, comment="of what is taken back: why"),
        sa.Column("recorded_on", sa.Date(), nullable=False, comment="bureau's day of recording"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was written"),
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
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_by_id IS NOT NULL)",
            name=op.f("ck_crm_contract_amount_confirmed_by_someone"),
        ),
        sa.CheckConstraint(
            "(state = 'confirmed') = (usd_minor IS NOT NULL) AND (usd_minor IS NULL) = (cny_minor IS NULL) AND (usd_minor IS NULL) = (usd_rate IS NULL) AND (usd_minor IS NULL) = (cny_rate IS NULL) AND (usd_minor IS NULL) = (rate_source IS NULL) AND (usd_minor IS NULL) = (rate_on IS NULL)",
            name=op.f("ck_crm_contract_amount_valued_when_confirmed"),
        ),
        sa.CheckConstraint(
            "(state = 'reported') = (verified_by_id IS NULL)", name=op.f("ck_crm_contract_amount_verified_by_someone")
        ),
        sa.CheckConstraint(
            "amount_minor <> 0 AND (reverses_id IS NOT NULL OR (kind IN ('new', 'increase')) = (amount_minor > 0))",
            name=op.f("ck_crm_contract_amount_sign"),
        ),
        sa.CheckConstraint(
            "kind IN ('new', 'increase') OR reason IS NOT NULL",
            name=op.f("ck_crm_contract_amount_taken_back_with_reason"),
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR (immediate_country IS NOT NULL AND ultimate_country IS NOT NULL AND industry IS NOT NULL AND method IS NOT NULL)",
            name=op.f("ck_crm_contract_amount_confirmed_says_from_where"),
        ),
        sa.CheckConstraint(
            "(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_crm_contract_amount_confirmed_once")
        ),
        sa.CheckConstraint(
            "(verified_by_id IS NULL) = (verified_at IS NULL)", name=op.f("ck_crm_contract_amount_verified_once")
        ),
        sa.CheckConstraint("agreed_on <= recorded_on", name=op.f("ck_crm_contract_amount_not_in_future")),
        sa.CheckConstraint(
            "confirmed_by_id <> submitted_by_id AND confirmed_by_id <> verified_by_id",
            name=op.f("ck_crm_contract_amount_confirmed_by_a_third"),
        ),
        sa.CheckConstraint("reverses_id <> id", name=op.f("ck_crm_contract_amount_not_its_own_reversal")),
        sa.CheckConstraint(
            "reverses_id IS NULL OR reason IS NOT NULL", name=op.f("ck_crm_contract_amount_reversed_with_reason")
        ),
        sa.CheckConstraint(
            "verified_by_id <> submitted_by_id", name=op.f("ck_crm_contract_amount_verified_by_another")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["crm_staff.id"], name=op.f("fk_crm_contract_amount_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id", "lead_id"],
            ["crm_evidence.id", "crm_evidence.lead_id"],
            name="fk_crm_contract_amount_evidence",
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["crm_lead.id"], name=op.f("fk_crm_contract_amount_lead_id")),
        sa.ForeignKeyConstraint(
            ["reverses_id", "lead_id", "currency"],
            ["crm_contract_amount.id", "crm_contract_amount.lead_id", "crm_contract_amount.currency"],
            name="fk_crm_contract_amount_reverses",
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["crm_staff.id"], name=op.f("fk_crm_contract_amount_submitted_by_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["crm_unit.id"], name=op.f("fk_crm_contract_amount_unit_id")),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["crm_staff.id"], name=op.f("fk_crm_contract_amount_verified_by_id")
        ),
        sa.CheckConstraint(
            "kind IN ('new', 'increase', 'decrease', 'termination')", name=op.f("ck_crm_contract_amount_kind")
        ),
        sa.CheckConstraint("state IN ('reported', 'verified', 'confirmed')", name=op.f("ck_crm_contract_amount_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_contract_amount")),
        sa.UniqueConstraint("id", "lead_id", "currency", name=op.f("uq_crm_contract_amount_id_lead_id_currency")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_crm_contract_amount_reverses_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_contract_amount_uid")),
        comment="ledger of contract amounts, append-only",
    )
    op.create_index(op.f("ix_crm_contract_amount_evidence_id"), "crm_contract_amount", ["evidence_id"], unique=False)
    op.create_index(op.f("ix_crm_contract_amount_lead_id"), "crm_contract_amount", ["lead_id"], unique=False)
    op.create_index(
        op.f("ix_crm_contract_amount_state_agreed_on"), "crm_contract_amount", ["state", "agreed_on"], unique=False
    )
    op.create_index(op.f("ix_crm_contract_amount_unit_id"), "crm_contract_amount", ["unit_id"], unique=False)


def downgrade() -> None:
    """Go back: entries that were confirmed are verified ones again."""
    op.drop_table("crm_published_figure")
    op.drop_table("crm_contract_amount")
    op.drop_table("crm_rate")
    op.drop_table("crm_rate_load")
    op.drop_table("crm_industry")
    op.drop_table("crm_closing")
    op.drop_table("crm_benchmark")
    comment(0)
    # One statement: the CHECKs hold at its end.
    op.execute(
        "UPDATE crm_capital_arrival SET state = 'verified', confirmed_by_id = NULL, confirmed_at = NULL, usd_minor = NULL,"
        " cny_minor = NULL, usd_rate = NULL, cny_rate = NULL, rate_source = NULL, rate_on = NULL WHERE state = 'confirmed'"
    )
    with op.batch_alter_table(TABLE, copy_from=as_it_is(confirmed=True)) as table:
        for name in KEYS:
            table.drop_constraint(name, type_="foreignkey")
        for name in INDEXES:
            table.drop_index(name)
        exchange(table, COME, GO)
        for column in columns():
            table.drop_column(column.name)
    op.drop_index("uq_crm_evidence_id_lead_id", "crm_evidence")
