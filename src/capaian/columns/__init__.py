"""The one door for evidence: tables of any kind come in, integers per subject come out.

Records (lists of dictionaries) are reduced in plain Python, without any dataframe library; every
other kind goes through Narwhals to Polars, DuckDB or Spark, in which the integers stay. Both paths
give the same integers and refuse the same evidence in the same words.
"""

from collections.abc import Sequence

from capaian.columns.coded import Coded, Gappy, each_word, one_word
from capaian.columns.door import native_table, open_table
from capaian.columns.joined import Joined, Part, stacked
from capaian.columns.lengths import Lengths, lengths_of
from capaian.columns.listing import Listing, read_listing
from capaian.columns.lowered import Lowering, UnsuitableError
from capaian.columns.one_pass import Bound, print_pass, reduce_together
from capaian.columns.records import records_roster, reduce_records
from capaian.columns.reduced import Reduced
from capaian.columns.request import (
    LARGEST,
    ZONES,
    Attribution,
    DenseCalendar,
    Filter,
    Origin,
    PauseReading,
    Reading,
    Request,
    Table,
)
from capaian.columns.roster import Roster, RosterReading
from capaian.columns.rows_of import cell, columns_read, rows_of

__all__ = [
    "LARGEST",
    "ZONES",
    "Attribution",
    "Bound",
    "Coded",
    "DenseCalendar",
    "Filter",
    "Gappy",
    "Joined",
    "Lengths",
    "Listing",
    "Lowering",
    "Origin",
    "Part",
    "PauseReading",
    "Reading",
    "Reduced",
    "Request",
    "Roster",
    "RosterReading",
    "Table",
    "UnsuitableError",
    "cell",
    "columns_read",
    "each_word",
    "join_by_subject",
    "lengths_of",
    "native_table",
    "one_word",
    "open_table",
    "print_pass",
    "read_listing",
    "read_roster",
    "reduce_all",
    "reduce_table",
    "rows_of",
    "stacked",
]


def reduce_all(table: Table, requests: Sequence[Request]) -> list[Reduced]:
    """Reduce a table for several requests at once: what can be read together is read once.

    Parameters
    ----------
    table
        What `open_table` returned.
    requests
        What is wanted of it; see `reduce_table`.

    Returns
    -------
    list of Reduced
        One for each request, in order. Those that came of one pass share their `subjects` (the same
        object), so that a subject may have no row in the scope of one of them.
    """
    if table.origin == "records":
        together = reduce_together(table, requests)
        return together or [reduce_records(table, each) for each in requests]
    from capaian.columns.frames import reduce_frames  # noqa: PLC0415 - loads Narwhals

    return reduce_frames(table, requests)


def reduce_table(table: Table, request: Request) -> Reduced:
    """Reduce the rows that count to one integer, or none, per subject and statistic.

    In order: columns that are missing are named, all at once; the filters; rows without a subject
    are left out and counted; the stamp that dates a row is read, and rows outside
    `start <= stamp < min(end, as_of)` are left out; every other value is read and proved in the
    rows that are left; statistics.

    Parameters
    ----------
    table
        What `open_table` returned.
    request
        What is wanted of it.

    Returns
    -------
    Reduced
        Integers, or everything that is wrong with the table.

    Raises
    ------
    FormulaError
        A tree that rows cannot answer (CPN-F03), a working clock without a calendar (F07).
    """
    return reduce_all(table, [request])[0]


def read_roster(table: Table, roster: RosterReading) -> Roster:
    """Read the list of who is to be scored: each subject once, in order of the text.

    Parameters
    ----------
    table
        What `open_table` returned.
    roster
        Its columns, and which rows count.
    """
    if table.origin == "records":
        return records_roster(table, roster)
    from capaian.columns.frames import frame_roster  # noqa: PLC0415 - loads Narwhals

    return frame_roster(table, roster)


def join_by_subject(parts: Sequence[Part], roster: Roster | None) -> Joined:
    """Join what the requests gave, and the roster, by subject, in Spark; nothing is run.

    Parameters
    ----------
    parts
        In order of asking; at least one of them, or the roster, came from Spark.
    roster
        Who is to be scored; everyone who has evidence where there is none.
    """
    from capaian.columns.spark_results import joined_in_spark  # noqa: PLC0415 - loads PySpark

    return joined_in_spark(parts, roster)
