"""Results for people and for other systems: documents in a folder, never half-written."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from capaian.report.pages import page
from capaian.report.team import team_page
from capaian.scores import Scores, ScoresByPeriod
from capaian.writing import unwritable, write_text, write_texts, writing_to

if TYPE_CHECKING:
    from capaian.errors import Language
    from capaian.scores import PostingScores, UnitScores

__all__ = [
    "page", "team_page", "unwritable", "write_report", "write_reports", "write_text", "write_texts",
]  # fmt: skip
TEAM = "team.html"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MISREAD = re.compile(
    r".*[A-Z].*|(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?|.*-[0-9a-f]{10}", re.DOTALL
)
_DEVICE = re.compile(r"\A(con|prn|aux|nul|com[0-9]|lpt[0-9])\.", re.IGNORECASE)
# Where the list separator is a semicolon, as in Indonesia, a cell ends at one that is not quoted
# for it; and blanks and quotation marks before a formula do not keep it from being one.
_LIVE = re.compile(
    r"\A(?=[\t\r\n])|(?:\A|(?<=[;\t\r\n]))"
    r'(?=[\s"\ufeff\u200b-\u200f\u2060]*[=+\-@\uff1d\uff0b\uff0d\uff20])'
)


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
    All of them are written or none, as `write_texts` does it; `scores.json` is the last.

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
    people = scores.subjects if pages and isinstance(scores, Scores) else ()
    links = {each: f"pages/{safe_name(each)}.html" for each in people}

    def shown() -> Iterator[tuple[Path, str]]:
        if isinstance(scores, Scores) and links:
            best = scores.policy.scale.cap or scores.policy.scale.best
            for each, link in links.items():
                it = scores.explain(each)
                yield folder / link, page(it, best=best, pictures=pictures, periods=periods)
            team = team_page(scores, language, links=links, pictures=pictures)
            yield folder / TEAM, team
        yield from reversed(written.items())  # the last one is `scores.json`

    write_texts(folder, shown())
    return [*written, *(folder / each for each in links.values()), *[folder / TEAM][: len(links)]]


def write_reports(
    scores: Scores | ScoresByPeriod | PostingScores | UnitScores,
    folder: Path,
    *,
    pages: bool = True,
    pictures: bool = True,
    language: Language = "en",
) -> list[Path]:
    """Write the documents of one period into a folder, or of each into a folder of its label.

    Each period is a whole. Of several processes that write to the same folder, one writes all of
    its periods after the other.

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
    written: list[Path] = []
    with writing_to(folder):
        for at, each in enumerate(scores, 1):
            written += write_report(
                each,
                folder / _named(each.period.label),
                pages=pages,
                pictures=pictures,
                language=language,
                periods=scores[:at],
            )
    return written


def safe_name(subject: str) -> str:
    """Return a file name for a subject: nothing that a path, a shell or a disk could misread.

    A name that had to be changed ends in a piece of its hash, so that no two subjects share a file.
    So does one with a capital letter, since many disks take `Ani` and `ANI` for one; one that is a
    device in Windows (`con`); and one that itself ends as if it had been changed.
    """
    return _named(subject, alone=not _MISREAD.fullmatch(subject))


def _named(text: str, *, alone: bool = True) -> str:
    name = _UNSAFE.sub("_", text).strip(".")[:100]
    if name and name == text and alone:
        return name
    name = _DEVICE.sub(r"\1_", name)
    return f"{name}-{sha256(text.encode(errors='surrogatepass')).hexdigest()[:10]}"


def _csv(columns: Mapping[str, list[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(_inert, columns))
    writer.writerows(
        ["" if value is None else _inert(value) for value in row]
        for row in zip(*columns.values(), strict=True)
    )
    return text.getvalue()


def _inert(value: object) -> object:
    """Keep a spreadsheet from reading a text, or what follows a separator in it, as a formula."""
    return _LIVE.sub("'", value) if isinstance(value, str) else value
