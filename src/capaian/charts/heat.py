"""The heat map of a team: who has which achievement, and where there is no value."""

from __future__ import annotations

from fractions import Fraction
from math import isnan
from typing import Any

from attrs import frozen

from capaian.charts.bands import gated
from capaian.charts.canvas import Sheet, picture
from capaian.charts.people import Label, mean, order_of, rows_of, said_of
from capaian.charts.picture import HEADLINE, Picture
from capaian.charts.reading import prove_choice, prove_some
from capaian.charts.scored import units_scored
from capaian.charts.theme import (
    BLACK,
    LINE,
    LINES,
    PAPER,
    SMALL,
    SOFT,
    WIDE,
    blend,
    ink_on,
    lines_of,
    room_of,
    striped,
)
from capaian.charts.words import LANGUAGES, phrase, state, title_of
from capaian.errors import AnalysisError, Language, refuse, wrong_kind
from capaian.formula import number
from capaian.scores import PostingScores, Scores, UnitScores
from capaian.scores.account import shown_text

_HIGH, _LETTERS = 24, 24
"""Pixels of a row, and letters to a line of an upright title, at least."""
_UPRIGHT_LINE = 13
_WIDEST, _NARROWEST, _UPRIGHT = 92, 42, 64
"""Pixels of a column: at most, at least, and from which on its title is written level."""


@frozen
class _Team:
    """What is drawn: whose rows, and for each row and indicator an achievement."""

    scores: Scores
    rows: list[int]
    score: list[float | None]
    achievement: list[list[float | None]]


def team_heat_map(
    scores: Scores | UnitScores,
    language: Language = "en",
    *,
    unit: str | None = None,
    label: Label = "number",
    highlight: str | None = None,
    about: str = "",
) -> Picture:
    """Draw everybody's achievement in each indicator.

    Parameters
    ----------
    scores
        Of one period: of people, or of units that are scored from events.
    language
        `en` or `id`.
    unit
        That unit alone, of units with those below it; all where left out.
    label
        How rows are called: `number`; `subject`; `name`, as the evidence calls them; or a mapping
        from subjects to other names, such as pseudonyms.
    highlight
        A subject whose row is marked.
    about
        A line below the title, before period and policy.

    Returns
    -------
    Picture
        Rows by score, the highest first; a cell without a value is striped. More than 40 rows are
        put together in groups of neighbours: a cell is the mean of those with a value, with a `*`
        where some have none.

    Raises
    ------
    AnalysisError
        `CPN-X06`: no scores of one period. `CPN-M88`: there is nobody. `CPN-M90`: a word that is no
        choice, or no such unit. `CPN-N36`: units that are scored from people's scores. `CPN-N37`:
        scores of those who held posts.
    EvidenceError
        `CPN-E54`: nobody to mark.
    """
    prove_choice("language", language, LANGUAGES)
    if isinstance(scores, PostingScores):
        raise refuse(AnalysisError, HEADLINE, "CPN-N37", "scores")
    if not isinstance(scores, Scores | UnitScores):
        wanted = "capaian.Scores or capaian.UnitScores"
        raise wrong_kind(AnalysisError, HEADLINE, "scores", scores, wanted)
    team = _team(scores, unit) if isinstance(scores, Scores) else _units(scores, unit)
    scores = team.scores
    subjects = [scores.subjects[at] for at in team.rows]
    known = sum(each is not None for each in team.score)
    called = dict(scores.labels) if label == "name" else label
    names, groups = rows_of(
        subjects, team.score, order_of(team.score), known, called, highlight, language
    )
    return _drawn(team, names, groups, (label, about, unit), language)


def _team(scores: Scores, unit: str | None) -> _Team:
    prove_some(scores.subjects, "scores")
    if unit is not None:
        prove_choice("unit", unit, sorted({each for each in scores.units.values() if each}))
    rows = [at for at, each in enumerate(scores.subjects)
            if unit is None or scores.units.get(each) == unit]  # fmt: skip
    return _laid_out(scores, rows)


def _units(scores: UnitScores, unit: str | None) -> _Team:
    if unit is not None:
        prove_choice("unit", unit, scores.subjects)
    return _laid_out(*units_scored(scores, unit))


def _laid_out(scores: Scores, rows: list[int]) -> _Team:
    prove_some(rows, "scores")
    cells: Any = scores.results.ledger()["achievement"]
    count = len(scores.plan.indicators)
    return _Team(
        scores,
        rows,
        [scores.results.score(at) for at in rows],
        [[_number(each) for each in cells[at * count : (at + 1) * count]] for at in rows],
    )


def _number(value: Any) -> float | None:
    return None if value is None or isnan(value) else float(value)


def _drawn(
    team: _Team,
    names: list[str],
    groups: list[list[int]],
    asked: tuple[Label, str, str | None],
    language: Language,
) -> Picture:
    label, about, unit = asked
    policy = team.scores.policy
    indicators = [each.indicator for each in team.scores.plan.indicators.values()]
    titles = [title_of(each.title, each.id, language) for each in indicators]
    left = room_of(names) + 12
    beside = [_beside(team, group, language) for group in groups]
    right = room_of([each["score"] for each in beside]) + 24
    right += room_of([each["band"] for each in beside], SMALL)
    wide = min(max((WIDE - left - right) / len(titles), _NARROWEST), _WIDEST)
    sheet = Sheet(round(wide * len(titles)), _HIGH * len(groups), (0, len(titles)), None, left)
    low = policy.scale.worst if policy.scale.floor is None else policy.scale.floor
    high = policy.scale.best if policy.scale.cap is None else policy.scale.cap
    cells = [
        _cell((at, place), [team.achievement[one][place] for one in group], (low, high))
        for at, group in enumerate(groups)
        for place in range(len(titles))
    ]
    _cells(sheet, cells)
    sheet.names([{"name": name, "y": (at + 0.5) * _HIGH - LINE / 2}
                 for at, name in enumerate(names)])  # fmt: skip
    _heads(sheet, titles, wide)
    _results(sheet, beside, language)
    scale = f"{number(low)} – {number(high)}"
    some = any(each["text"].endswith("*") for each in cells)
    sheet.caption(
        [phrase("heat_read", language, scale=scale),
         phrase("heat_some", language) if some else "",
         gated(policy, language) if any(each["band"] for each in beside) else "",
         said_of(len(team.rows), len(groups), label, language)], 12,
    )  # fmt: skip
    missing = sum(each is None for row in team.achievement for each in row)
    description = phrase(
        "describe_heat", language, count=f"{len(team.rows):,}", indicators=len(titles),
        missing=f"{missing:,}", cells=f"{len(team.rows) * len(titles):,}",
    )  # fmt: skip
    named = f"{policy.title.get(language) or policy.id} {policy.edition}"
    head = [about, unit or "", team.scores.period.label, named]
    subtitle = " · ".join(each for each in head if each)
    return picture(sheet.layered(), phrase("heat", language), subtitle, description, language)


def _beside(team: _Team, group: list[int], language: Language) -> dict[str, str]:
    """Return the score and the band of a row; of a group the mean score."""
    if len(group) > 1:
        middle = mean([team.score[at] for at in group])
        return {"score": "–" if middle is None else f"{middle:.2f}", "band": ""}
    at, scores = team.rows[group[0]], team.scores
    band, status = scores.band(at), scores.tail(at).status
    said = title_of(band.title, band.id, language) if band else ""
    said = said if status == "scored" else state(status, language)
    return {"score": shown_text(scores, at), "band": said}


def _cell(
    place: tuple[int, int], values: list[float | None], ends: tuple[Fraction, Fraction]
) -> dict[str, Any]:
    """Return a cell: the achievement, or the mean of several, and its colour."""
    row, column = place
    value = mean(values)
    low, high = (float(each) for each in ends)
    fill = PAPER if value is None else blend((value - low) / (high - low))
    gap = "*" if value is not None and None in values else ""
    return {
        "from": column, "to": column + 1, "middle": column + 0.5,
        "top": row * _HIGH, "low": (row + 1) * _HIGH, "y": (row + 0.5) * _HIGH,
        "achievement": value, "fill": fill, "ink": ink_on(fill),
        "text": "" if value is None else f"{value:.1f}{gap}",
    }  # fmt: skip


def _cells(sheet: Sheet, cells: list[dict[str, Any]]) -> None:
    known = [each for each in cells if each["achievement"] is not None]
    sheet.tiles(known, "from", "to", stroke=PAPER, strokeWidth=1)
    missing = [each for each in cells if each["achievement"] is None]
    sheet.bars(missing, "from", "to", fill=striped(stripes=8), stroke=LINES, strokeWidth=1)
    for ink in (BLACK, PAPER):
        sheet.words([each for each in known if each["ink"] == ink], "text", "middle",
                    align="center", color=ink, fontSize=SMALL)  # fmt: skip


def _heads(sheet: Sheet, titles: list[str], wide: float) -> None:
    """Write the titles above the columns: level, or upright where they are narrow."""
    if wide >= _UPRIGHT:
        heads = [lines_of(each, int(wide / 5.9)) for each in titles]
        values = [{"at": at + 0.5, "y": -4 - 14 * len(each), "text": "\n".join(each)}
                  for at, each in enumerate(heads)]  # fmt: skip
        sheet.words(values, "text", "at", align="center", baseline="line-top", fontSize=SMALL,
                    lineHeight=14)  # fmt: skip
        return
    letters = next(
        count
        for count in range(_LETTERS, 10_000)
        if max(len(lines_of(each, count)) for each in titles) <= wide // _UPRIGHT_LINE
    )
    heads = [lines_of(each, letters) for each in titles]
    lift = 0.5 * _UPRIGHT_LINE / wide
    values = [{"at": at + 0.5 - lift * (len(each) - 1), "y": -6, "text": "\n".join(each)}
              for at, each in enumerate(heads)]  # fmt: skip
    sheet.words(values, "text", "at", align="left", baseline="middle", angle=270, fontSize=SMALL,
                lineHeight=_UPRIGHT_LINE)  # fmt: skip


def _results(sheet: Sheet, beside: list[dict[str, str]], language: Language) -> None:
    """Write score and band to the right of each row."""
    numbers_ = room_of([each["score"] for each in beside]) + 10
    rows = [{**each, "y": (at + 0.5) * _HIGH} for at, each in enumerate(beside)]
    sheet.words(rows, "score", sheet.width + numbers_, align="right")
    sheet.words(rows, "band", sheet.width + numbers_ + 10, fontSize=SMALL, color=SOFT)
    head = [{"y": -4 - 14 / 2, "text": phrase("total", language)}]
    sheet.words(head, "text", sheet.width + numbers_, align="right", fontSize=SMALL)
