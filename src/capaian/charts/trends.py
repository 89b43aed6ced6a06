"""The trend: scores and cases from period to period, with the open cases as their own series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from capaian.charts.bands import policy_said
from capaian.charts.canvas import Layer, caption_at, picture
from capaian.charts.flows import SERIES, Flow, case_flow, cases_from
from capaian.charts.panels import HIGH, case_panel, room_below, score_panel
from capaian.charts.picture import HEADLINE, Picture
from capaian.charts.reading import prove_choice, prove_some
from capaian.charts.scored import Result, edges_in, of_events, policy_in, score_of
from capaian.charts.words import LANGUAGES, phrase, title_of
from capaian.errors import AnalysisError, EvidenceError, Language, refuse, wrong_kind
from capaian.scores import PostingScores, Scores, UnitScores

_STEP, _LEAST, _MOST = 62, 300, 540
"""Pixels of a period, and of a panel at least and at most."""
_LEFT = 52
"""Pixels that the vertical axis takes."""


def trend(
    scores: Any,
    language: Language = "en",
    *,
    subject: str | None = None,
    indicator: str | None = None,
    cases: Any = None,
    about: str = "",
) -> Picture:
    """Draw scores and cases from period to period.

    Parameters
    ----------
    scores
        What `capaian.score` gives for several periods, or a list of what it gives for one; or a
        list of what `capaian.score_units` gives, or of `PostingScores`; or `None`, for cases alone.
    language
        `en` or `id`.
    subject
        That subject or unit alone; the median and the middle half of all where left out.
    indicator
        Whose cases are counted: one that says how many are open. Where left out, the first such one
        that has a limit of time, else the first. Of units they are counted for one `subject` that
        is scored from events, of postings not.
    cases
        A table of cases instead: `period`, and counts in columns `met` (closed in time), `failed`
        (closed late), `open_late`, `undetermined` (open, not past the limit); or `closed`, `open`.
    about
        A line below the title, before the policy.

    Returns
    -------
    Picture
        Above the scores, below the cases: bars in which the open ones stand apart. A period without
        a score is marked by ×, and no line goes through it.

    Raises
    ------
    AnalysisError
        `CPN-X06`: no scores of several periods. `CPN-M87`: a column is not there. `CPN-M88`: there
        is nothing to draw. `CPN-M89`: no table. `CPN-M90`: a word that is no choice, or no such
        indicator. `CPN-M91`: no counts. `CPN-N38`: an indicator, and no cases to be counted.
    EvidenceError
        `CPN-E54`: no such subject in any period.

    Notes
    -----
    A mean or a share of closed cases alone looks best where the hardest cases are still open;
    therefore the open ones are never left out.
    """
    prove_choice("language", language, LANGUAGES)
    if scores is not None and not _by_period(scores):
        wanted = (
            "capaian.ScoresByPeriod, a list of capaian.Scores, of capaian.UnitScores or of "
            "capaian.PostingScores, or None"
        )
        raise wrong_kind(AnalysisError, HEADLINE, "scores", scores, wanted)
    each = list(scores or ())
    if cases is None or scores is not None:
        prove_some(each, "scores")
    counted = _counted(each, subject, indicator) if cases is None else []
    flow = case_flow(counted, subject, indicator) if counted else []
    flow = flow if cases is None else cases_from(cases)
    policy = policy_in(each[0]) if each else None
    rows = _scores(each, subject) if each else []
    count = max(len(rows), len(flow))
    wide = min(max(_STEP * count, _LEAST), _MOST)
    panels: list[Layer] = []
    captions: list[str] = []
    told: list[str] = []
    if rows:
        low, high = _span(rows)
        edges = [edge for edge in edges_in(each[0]) if low <= edge <= high]
        panels.append(score_panel(rows, edges, _span(rows), wide, language))
        captions += [phrase("trend_team", language)] if subject is None else []
        captions += [phrase("edges_alone", language)] if edges else []
        captions += [phrase("trend_gap", language)] if any(r["score"] is None for r in rows) else []
        told.append(_scores_told(rows, subject, language))
    if flow:
        panels.append(case_panel(flow, _indicator(counted, flow, language), wide, language))
        captions.append(phrase("trend_open", language))
        captions += [phrase("trend_limit", language)] if "undetermined" in flow[0] else []
        told.append(_cases_told(flow, language))
    names = [row["period"] for row in rows or flow]
    below = HIGH + room_below(names)
    panels[-1]["layer"].append(caption_at([" ".join(captions)], -_LEFT, below))
    key = "trend" if rows and flow else "trend_scores" if rows else "trend_cases"
    apart = {"scale": {"color": "independent"}, "legend": {"color": "independent"}}
    document = {"vconcat": panels, "spacing": 24, "resolve": apart}
    description = phrase("describe_trend", language, count=len(names), first=names[0],
                         last=names[-1], told=" ".join(told))  # fmt: skip
    subtitle = policy_said(policy, language, about)
    return picture(document, phrase(key, language), subtitle, description, language)


def _by_period(scores: object) -> bool:
    """Return whether these are scores of several periods, all of one kind."""
    return isinstance(scores, Sequence) and any(
        all(isinstance(each, kind) for each in scores)
        for kind in (Scores, UnitScores, PostingScores)
    )


def _counted(each: Sequence[Result], subject: str | None, indicator: str | None) -> list[Scores]:
    """Return the scores in which cases are counted; none where there are no such."""
    found = [of_events(scores, subject) for scores in each]
    known = [scores for scores in found if scores is not None]
    if len(known) == len(found):
        return known
    if indicator is not None:
        units = isinstance(each[0], UnitScores)
        values = {
            "found": "units" if units else "those who held posts",
            "found_id": "unit" if units else "para pemangku jabatan",
        }
        raise refuse(AnalysisError, HEADLINE, "CPN-N38", "indicator", **values)
    return []


def _indicator(each: Sequence[Scores], flow: Sequence[Flow], language: Language) -> str:
    """Return the title of the indicator whose cases are counted; empty for a table's own."""
    name = flow[0]["indicator"]
    if not name:
        return ""
    found = each[0].plan.indicators[name].indicator
    return title_of(found.title, found.id, language)


def _scores_told(rows: Sequence[dict[str, Any]], subject: str | None, language: Language) -> str:
    """Return the scores in words."""
    word = phrase("said_median" if subject is None else "said_score", language)
    return f"{word}: " + "; ".join(f"{row['period']} {row['text'] or '–'}" for row in rows) + "."


def _cases_told(flow: Sequence[Flow], language: Language) -> str:
    """Return in words how many cases the last period has of each kind."""
    last = flow[-1]
    said = [f"{phrase(each, language)} {'–' if last[each] is None else f'{last[each]:,.0f}'}"
            for each in SERIES if each in last]  # fmt: skip
    return f"{last['period']}: {', '.join(said)}."


def _scores(each: Sequence[Result], subject: str | None) -> list[dict[str, Any]]:
    """Return for each period the score of a subject, or the middle of all."""
    found = []
    for scores in each:
        row: dict[str, Any] = {"period": scores.period.label}
        if subject is None:
            known = sorted(one for one in scores.columns()["score"] if one is not None)
            middle = {"score": 0.5, "low": 0.25, "high": 0.75}
            row |= {name: _quantile(known, share) for name, share in middle.items()}
            row |= {"n": len(known), "text": "" if not known else f"{row['score']:.2f}"}
        else:
            row["score"], row["text"] = score_of(scores, subject)
        found.append(row)
    if subject is not None and not any(subject in scores.subjects for scores in each):
        count = len({name for scores in each for name in scores.subjects})
        raise refuse(EvidenceError, HEADLINE, "CPN-E54", "subject", count=count)
    if all(row["score"] is None for row in found):
        prove_some([], "scores")
    return found


def _quantile(known: Sequence[float], share: float) -> float | None:
    """Return a quantile, between two values in proportion: Hyndman and Fan's seventh."""
    if not known:
        return None
    place = share * (len(known) - 1)
    left = min(int(place), len(known) - 2) if len(known) > 1 else 0
    right = min(left + 1, len(known) - 1)
    return known[left] + (known[right] - known[left]) * (place - left)


def _span(rows: Sequence[dict[str, Any]]) -> tuple[float, float]:
    known = [row[name] for row in rows for name in ("score", "low", "high")
             if row.get(name) is not None]  # fmt: skip
    room = max((max(known) - min(known)) * 0.2, 4.0)
    return min(known) - room, max(known) + room
