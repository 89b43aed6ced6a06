"""To whom rows count instead of their own subject: to a posting, to a unit and all those above it.

On records an index of the entries is looked up row by row; a frame is joined with the entries in
its own engine. Both leave the rows as they are and put the key where the subject stood, so that
what follows is the same as without.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from attrs import frozen

from capaian.columns.faults import IDENTIFIER
from capaian.columns.limits import FIRST_STAMP, LAST_STAMP, at
from capaian.columns.request import LARGEST, Attribution, Reading, Request

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw
    import polars as pl

    from capaian.columns.record_desk import RecordDesk, Rows

    Frame: TypeAlias = nw.LazyFrame[Any]

Line = TypeVar("Line")
POST = "post named by the evidence"
"""What a finding calls the column that names a post."""
WHO, KEY, FROM, TO, HELD = (f"capaian_{name}" for name in ("who", "key", "from", "to", "post"))
_NEVER, _EVER = datetime.min, datetime.max


def post_column(attribution: Attribution | None, columns: Sequence[str]) -> str:
    """Return the column of a table that names the post of a row; empty where it has none.

    Parameters
    ----------
    attribution
        To whom rows count; `None` where each counts for its own subject.
    columns
        The columns of the table.
    """
    named = attribution.column if attribution else ""
    return named if named in columns else ""


# ---- records -----------------------------------------------------------------------------------


@frozen
class _Entry:
    """One entry, as records look it up; its end is open."""

    key: str
    start: datetime
    stop: datetime
    post: str


def named_posts(desk: RecordDesk, request: Request, rows: Rows) -> list[str | None]:
    """Return the post that each row names, for `attributed_lines`; an empty list where none can.

    Parameters
    ----------
    desk
        Where the table is read; what is wrong with the column is noted there.
    request
        What is to be reduced.
    rows
        The rows that count.
    """
    column = post_column(request.attribution, desk.table.columns)
    if not column:
        return []
    return desk.read(Reading(POST, column, "text", nullable=True), rows, purpose=IDENTIFIER)


def attributed_lines(
    attribution: Attribution,
    subjects: Sequence[str],
    stamps: Sequence[datetime] | None,
    posts: Sequence[str | None],
    lines: Sequence[Line],
) -> tuple[list[str], list[Line]]:
    """Return the lines once for every key that they count for, and those keys.

    Parameters
    ----------
    attribution
        To whom rows count.
    subjects
        The subject of each line.
    stamps
        What dates each line; `None` where nothing does, and then a line counts for every key of its
        subject.
    posts
        The post that each line names; empty where none can.
    lines
        What is counted.
    """
    index = _index(attribution)
    keys: list[str] = []
    chosen: list[Line] = []
    for place, (subject, line) in enumerate(zip(subjects, lines, strict=True)):
        named = posts[place] if posts else None
        fitting = (
            each.key
            for each in index.get(subject, ())
            if (named is None or named == each.post)
            and (stamps is None or each.start <= stamps[place] < each.stop)
        )
        found = fitting if stamps is not None else dict.fromkeys(fitting)
        for key in found:
            keys.append(key)
            chosen.append(line)
    return keys, chosen


def _index(attribution: Attribution) -> dict[str, list[_Entry]]:
    """Return the entries of each subject; made once for an attribution."""
    known: dict[str, list[_Entry]] | None = attribution.kept.get("records")
    if known is None:
        known = {}
        posts = attribution.posts if len(attribution.posts) else [""] * len(attribution.subjects)
        for subject, key, start, stop, post in zip(
            attribution.subjects,
            _plain(attribution.keys),
            _plain(attribution.starts),
            _plain(attribution.stops),
            posts,
            strict=True,
        ):
            entry = _Entry(str(key), _instant(start, _NEVER), _instant(stop, _EVER), post)
            known.setdefault(subject, []).append(entry)
        attribution.kept["records"] = known
    return known


def _plain(column: Any) -> Sequence[Any]:
    made: Sequence[Any] = column.tolist() if hasattr(column, "tolist") else column
    return made


def _instant(micro: int | None, default: datetime) -> datetime:
    return default if micro is None or not FIRST_STAMP <= micro <= LAST_STAMP else at(micro)


# ---- frames ------------------------------------------------------------------------------------


def attributed(
    frame: Frame, attribution: Attribution, subject: str, *, stamp: str = "", post: str = ""
) -> Frame:
    """Return the rows of a frame once for every key that they count for.

    Parameters
    ----------
    frame
        A lazy frame of any engine.
    attribution
        To whom rows count.
    subject
        The column of subjects, text or whole numbers; the keys take its place. Rows without an
        entry are gone.
    stamp
        The column that dates a row, in microseconds since 1970; where nothing does, a row counts
        for every key of its subject.
    post
        The column of the post that a row names, text or whole numbers; empty where none can.
    """
    import narwhals.stable.v2 as nw  # noqa: PLC0415 - records need no Narwhals

    schema = frame.collect_schema()
    held = bool(post) and bool(len(attribution.posts))
    entries = _entries(
        attribution,
        numbers=schema[subject] == nw.Int64,
        dated=bool(stamp),
        posts=("number" if schema[post] == nw.Int64 else "text") if held else "",
    )
    joined = frame.join(_beside(frame, entries), left_on=subject, right_on=WHO, how="inner")
    if stamp:
        joined = joined.filter(nw.col(FROM) <= nw.col(stamp), nw.col(stamp) < nw.col(TO))
    if held:
        same = (nw.col(post) == nw.col(HELD)) & ~nw.col(HELD).is_null()
        joined = joined.filter(nw.col(post).is_null() | same)
    rest = [name for name in schema if name != subject]
    return joined.select(nw.col(KEY).alias(subject), *rest)


def _entries(attribution: Attribution, *, numbers: bool, dated: bool, posts: str) -> pl.DataFrame:
    """Return the entries as columns of the kinds that a frame has; made once for each."""
    import polars as pl  # noqa: PLC0415 - records need no Polars

    name = f"{numbers}{dated}{posts}"
    known: pl.DataFrame | None = attribution.kept.get(name)
    if known is not None:
        return known
    columns = [
        pl.Series(WHO, attribution.subjects, dtype=pl.String),
        pl.Series(KEY, attribution.keys),
    ]
    if dated:
        starts = pl.Series(FROM, attribution.starts, dtype=pl.Int64).fill_null(-LARGEST)
        stops = pl.Series(TO, attribution.stops, dtype=pl.Int64).fill_null(LARGEST)
        columns += [starts, stops]
    if posts:
        columns.append(pl.Series(HELD, attribution.posts, dtype=pl.String))
    made = pl.DataFrame(columns)
    if numbers:
        made = made.with_columns(_whole(WHO)).drop_nulls(WHO)
    if posts == "number":
        made = made.with_columns(_whole(HELD))
    if not dated:
        made = made.unique()
    attribution.kept[name] = made
    return made


def _whole(name: str) -> pl.Expr:
    """Return the whole number that a text is the digits of, none where it is another text."""
    import polars as pl  # noqa: PLC0415 - records need no Polars

    text = pl.col(name)
    number = text.cast(pl.Int64, strict=False)
    return pl.when(number.cast(pl.String) == text).then(number).alias(name)


def _beside(frame: Frame, entries: pl.DataFrame) -> Frame:
    """Return a table in the same engine, and the same connection, as a frame."""
    import narwhals.stable.v2 as nw  # noqa: PLC0415 - records need no Narwhals

    if frame.implementation.is_duckdb():
        capaian_given = entries.to_arrow()  # DuckDB finds it by the name of this variable
        relation = frame.to_native().query("capaian_rows", "SELECT * FROM capaian_given")
        del capaian_given
        made: Frame = nw.from_native(relation)
        return made
    return nw.from_native(entries.lazy())
