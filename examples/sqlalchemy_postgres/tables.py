"""The tables: evidence as an office has it, and the results."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
)

metadata = MetaData()

complaints = Table(
    "complaints",
    metadata,
    Column("nip", Text),
    Column("received", DateTime, nullable=False),
    Column("answered", DateTime),  # NULL: not answered yet
)
services = Table(
    "services",
    metadata,
    Column("nip", Text),
    Column("served", Date, nullable=False),
    Column("points", Numeric(6, 2)),  # comes as Decimal, and is never made a float
)
survey = Table(
    "survey",
    metadata,
    Column("nip", Text),
    Column("answered", Date, nullable=False),
    Column("u1", SmallInteger),
    Column("u2", SmallInteger),
    Column("u3", SmallInteger),
)
results = Table(
    "results",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("policy", Text, primary_key=True),
    Column("edition", Text, primary_key=True),
    Column("score", Numeric),  # NULL: there is none, and status says why
    Column("band", Text),
    Column("status", Text, nullable=False),
    Column("record", Text, nullable=False),  # as text: JSONB would not keep its bytes
    Column("content_hash", Text, nullable=False),
    CheckConstraint("content_hash ~ '^[0-9a-f]{64}$'", name="hash_is_sha256"),
)

# What a server-side cursor walks along, so that nothing is sorted first.
for each in (complaints, services, survey):
    Index(f"{each.name}_by_subject", each.c.nip.collate("C"))
