"""Results for people and for other systems: documents in a folder, never half-written."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from capaian.report.pages import page
from capaian.report.team import team_page
from capaian.report.writing import unwritable, write_text
from capaian.scores import Scores, ScoresByPeriod

if TYPE_CHECKING:
    from capaian.errors import Language
    from capaian.scores import PostingScores, UnitScores

__all__ = ["page", "team_page", "unwritable", "write_report", "write_reports", "write_text"]
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def write_report(
    scores: Scores | PostingScores | UnitScores,
    folder: Path,
    *,
    pages: bool = True,
    pictures: bool = True,
    language: Language = "en",
    periods: Sequence[Scores] = (),
) -> list[Path]:
    """Write `scores.json`, `scores.csv` and `ledger.csv`, the team's page and one for each subject.

    Of an assignment there is `postings.csv` besides. Pages are written of a policy's own scores.

    Parameters
    ----------
    scores
        The result.
    folder
        Where to; made if it is not there.
    pages
        Whether to write `team.html` and, for every subject, `pages/<subject>.html` (extra
        `report`).
    pictures
        Whether pages have pictures, where the extra `charts` is installed. A subject's page then
        takes about half a second instead of milliseconds.
    language
        Of the team's page; a subject's page is in both.
    periods
        Scores of several periods, in order, for the trend on a subject's page.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    OutputError
        As for `write_text`.
    """
    written = {
        folder / "scores.json": scores.to_json(),
        folder / "scores.csv": _csv(scores.columns()),
        folder / "ledger.csv": _csv(scores.ledger_columns()),
    }
    if postings := getattr(scores, "postings_columns", None):
        written[folder / "postings.csv"] = _csv(postings())
    for path, text in written.items():
        write_text(path, text)
    paths = list(written)
    if not pages or not isinstance(scores, Scores) or not len(scores):
        return paths
    best = scores.policy.scale.cap or scores.policy.scale.best
    links = {each: f"pages/{safe_name(each)}.html" for each in scores.subjects}
    for subject, link in links.items():
        it = scores.explain(subject)
        write_text(folder / link, page(it, best=best, pictures=pictures, periods=periods))
        paths.append(folder / link)
    team = folder / "team.html"
    write_text(team, team_page(scores, language, links=links, pictures=pictures))
    return [*paths, team]


def write_reports(
    scores: Scores | ScoresByPeriod | PostingScores | UnitScores,
    folder: Path,
    *,
    pages: bool = True,
    pictures: bool = True,
    language: Language = "en",
) -> list[Path]:
    """Write the documents of one period into a folder, or of each into a folder of its label.

    Parameters
    ----------
    scores
        The result of one period or of several. With several, a subject's page has the trend up to
        its period.
    folder
        Where to; made if it is not there.
    pages, pictures, language
        As for `write_report`.

    Returns
    -------
    list of Path
        What was written.
    """
    if not isinstance(scores, ScoresByPeriod):
        return write_report(scores, folder, pages=pages, pictures=pictures, language=language)
    return [
        path
        for at, each in enumerate(scores)
        for path in write_report(
            each,
            folder / safe_name(each.period.label),
            pages=pages,
            pictures=pictures,
            language=language,
            periods=list(scores)[: at + 1],
        )
    ]


def safe_name(subject: str) -> str:
    """Return a file name for a subject: nothing that a path or a shell could misread.

    A name that had to be changed ends in a piece of its hash, so that no two subjects share a file.
    """
    name = _UNSAFE.sub("_", subject).strip(".")[:100]
    if name and name == subject:
        return name
    return f"{name}-{sha256(subject.encode()).hexdigest()[:10]}"


def _csv(columns: Mapping[str, list[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(
        ["" if value is None else _inert(value) for value in row]
        for row in zip(*columns.values(), strict=True)
    )
    return text.getvalue()


def _inert(value: object) -> object:
    """Keep a spreadsheet from reading a text as a formula."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return value
