"""The waterfall: what each indicator adds to one score, down to the last adjustment."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from attrs import frozen

from capaian.charts.canvas import Sheet, picture, plot_width, stacked
from capaian.charts.picture import HEADLINE, Picture
from capaian.charts.reading import prove_choice
from capaian.charts.theme import (
    LINE,
    LINES,
    MINUS,
    PLUS,
    SHADE,
    SMALL,
    SOFT,
    SUM,
    lines_of,
    room_of,
    striped,
)
from capaian.charts.words import LANGUAGES, phrase, state, title_of
from capaian.errors import AnalysisError, Language, refuse, wrong_kind
from capaian.explain import Explanation, Part, notes, percent, points, small, spoken

_NAME, _BEHIND = 42, 50
"""Letters to a line of a row's name, and of what is said below it."""
_BAR = 11
"""Half the height of a bar."""
_APART = 30
"""Pixels that the numbers of two edges need."""


@frozen
class _Step:
    """A row: its name and what it adds; `None` where there is no value."""

    name: str
    said: str
    amount: Fraction | None
    text: str
    kind: str


def waterfall(
    explanation: Explanation, language: Language = "en", *, label: str | None = None
) -> Picture:
    """Draw how a score comes about.

    A bar for each contribution, from where the one above it ends; then what limits, formulas,
    conversions and rounding add or take off; then the score. They add up exactly.

    Parameters
    ----------
    explanation
        Of one subject: `scores.explain(subject)`.
    language
        `en` or `id`.
    label
        What the subject is called; empty for nothing. As the explanation calls it where left out.

    Returns
    -------
    Picture
        Each row of its document has its amount twice: `amount`, a float64, and `exact`, the
        fraction as text.

    Raises
    ------
    AnalysisError
        `CPN-M93`: there is no score. `CPN-M90`: another language. `CPN-X06`: no explanation.

    Notes
    -----
    An indicator without a value has no bar, but stripes and the word for why: it is not zero.
    Edges of bands are dashed where they are near enough. Where a table gives the band, none is
    shaded.
    """
    prove_choice("language", language, LANGUAGES)
    if not isinstance(explanation, Explanation):
        wanted = "capaian.Explanation"
        raise wrong_kind(AnalysisError, HEADLINE, "explanation", explanation, wanted)
    if explanation.score is None:
        said = state(explanation.status, language)
        raise refuse(AnalysisError, HEADLINE, "CPN-M93", "explanation", status=said)
    steps = [*_parts(explanation, language), *_adjusted(explanation, language)]
    return _drawn(explanation, steps, language, label)


def _parts(it: Explanation, language: Language) -> list[_Step]:
    return [
        _Step(
            title_of(part.title, part.id, language),
            _behind(part, language),
            part.contribution if _counts(part) else None,
            points(part.contribution) if _counts(part) else phrase("no_value", language),
            "part",
        )
        for part in it.parts
    ]


def _counts(part: Part) -> bool:
    """Return whether a part has a value, or counts as if it had the worst."""
    return part.achievement is not None or part.contribution != 0


def _behind(part: Part, language: Language) -> str:
    """Return what is said below the name of an indicator."""
    if part.measured is None or part.achievement is None:
        why = state(part.state, language)
        return phrase(part.decision, language, state=why) if part.decision else why
    return phrase(
        "measured_as",
        language,
        measured=spoken(part.measured, part.unit, language),
        achievement=points(part.achievement),
        weight=percent(part.weight) if part.weight else "–",
    )


def _adjusted(it: Explanation, language: Language) -> list[_Step]:
    found = []
    for each in it.adjustments:
        node = title_of(it.node_titles.get(each.node, {}), each.node, language)
        name = phrase(each.reason, language, node=node)
        found.append(_Step(name[0].upper() + name[1:], "", each.amount, small(each.amount), "own"))
    return found


def _drawn(it: Explanation, steps: list[_Step], language: Language, label: str | None) -> Picture:
    score = it.score or Fraction(0)
    total = phrase("total", language)
    rows = [*steps, _Step(total[0].upper() + total[1:], "", score, it.shown(), "sum")]
    names = [(lines_of(each.name, _NAME), lines_of(each.said, _BEHIND) if each.said else [])
             for each in rows]  # fmt: skip
    left = max(max(room_of(name), room_of(said, SMALL)) for name, said in names) + 8
    places = stacked([[*name, *said] for name, said in names])
    values = _values(rows, places)
    edges = sorted(set(it.edges))
    shade = None if it.decided or not it.band else _interval(edges, score)
    ends = _ends(values, edges, shade)
    near = [each for each in edges if ends[0] <= each <= ends[1]]
    if shade is not None and not {*shade} <= {*near}:
        shade = None  # a shade whose end is not seen would say nothing
    axis: dict[str, Any] = {"title": phrase("points_of_score", language), "grid": False,
                            "format": "~f", "tickCount": 6}  # fmt: skip
    sheet = Sheet(plot_width(left, 60), places[-1][1], ends, axis, left)
    if shade is not None:
        sheet.bars(
            [{"from": float(max(shade[0], Fraction(ends[0]))),
              "to": float(min(shade[1], Fraction(ends[1]))), "top": 0, "low": sheet.height}],
            "from", "to", color=SHADE,
        )  # fmt: skip
    sheet.uprights([{"at": float(each), "exact": str(each), "text": _said(each)} for each in near])
    sheet.add(
        {"type": "text", "baseline": "bottom", "dy": -3, "fontSize": SMALL, "color": SOFT},
        [{"at": float(each), "text": _said(each)} for each in _apart(near, shade, ends, sheet)],
        x=sheet.x("at"), y={"value": 0}, text={"field": "text", "type": "nominal"},
    )  # fmt: skip
    _links(sheet, values)
    for kind, fill in (("plus", PLUS), ("minus", MINUS), ("sum", SUM)):
        sheet.bars(
            [each for each in values if each["kind"] == kind], "from", "to", color=fill, stroke=fill
        )
    missing = [each for each in values if each["kind"] == "none"]
    sheet.bars([{**each, "to": each["from"] + (ends[1] - ends[0]) * 0.05} for each in missing],
               "from", "to", fill=striped(), stroke=LINES)  # fmt: skip
    sheet.words([{**each, "end": each["from"] + (ends[1] - ends[0]) * 0.05} for each in missing],
                "text", "end", dx=5, halo=True, fontStyle="italic")  # fmt: skip
    known = [each for each in values if each["kind"] not in {"none", "sum"}]
    sheet.words(known, "text", "end", dx=5, halo=True)
    sheet.words([each for each in values if each["kind"] == "sum"], "text", "end", dx=5,
                halo=True, fontWeight="bold")  # fmt: skip
    _named(sheet, names, places)
    caption = [phrase("adds", language)]
    caption += [phrase("stripes", language)] if missing else []
    caption += [phrase("edges" if shade else "edges_alone", language)] if near else []
    said = [f"{each.removesuffix('.')}." for each in notes(it, language)]
    sheet.caption([" ".join(caption), *said, _band(it, language)], 46)
    band = "" if it.decided or not it.band else title_of(it.band_title, it.band, language)
    title = phrase("why_band" if band else "why", language, score=it.shown(), band=band)
    who = (it.label or it.subject) if label is None else label
    policy = f"{it.policy['title'].get(language) or it.policy['id']} {it.policy['edition']}"
    listed = "; ".join(f"{each.name}: {each.text}" for each in steps)
    told = phrase("describe_waterfall", language, score=it.shown(), parts=listed + ".")
    subtitle = " · ".join(each for each in (who, it.period, policy) if each)
    return picture(sheet.layered(), title, subtitle, told, language)


def _band(it: Explanation, language: Language) -> str:
    """Return the band's interval, and how far it is to the next."""
    if it.decided or not it.band or not it.interval:
        return ""
    said = f"{title_of(it.band_title, it.band, language)}: {it.interval}."
    if it.next_band and it.gap:
        band = title_of(it.next_title, it.next_band, language)
        higher = phrase("higher", language, band=band, gap=points(it.gap))
        said += f" {higher[0].upper()}{higher[1:]}."
    return said


def _values(rows: list[_Step], places: list[tuple[float, float]]) -> list[dict[str, Any]]:
    """Return the bars: from where to where, and what is said beside them."""
    reached, found = Fraction(0), []
    for row, (top, low) in zip(rows, places, strict=True):
        start = Fraction(0) if row.kind == "sum" else reached
        end = start + (row.amount or 0)
        reached = end
        kind = "sum" if row.kind == "sum" else "plus" if end >= start else "minus"
        found.append({
            "name": row.name,
            "text": row.text,
            "kind": "none" if row.amount is None else kind,
            "amount": None if row.amount is None else float(row.amount),
            "exact": None if row.amount is None else str(row.amount),
            "from": float(start),
            "to": float(end),
            "end": float(max(start, end)),
            "top": (top + low) / 2 - _BAR,
            "low": (top + low) / 2 + _BAR,
            "y": (top + low) / 2,
        })  # fmt: skip
    return found


def _apart(
    edges: list[Fraction],
    shade: tuple[Fraction, Fraction] | None,
    ends: tuple[float, float],
    sheet: Sheet,
) -> list[Fraction]:
    """Return the edges whose numbers have room: those beside the score first."""
    room = _APART * (ends[1] - ends[0]) / sheet.width
    found: list[Fraction] = []
    for each in [*(shade or ()), *edges]:
        if each in edges and all(abs(float(each - other)) >= room for other in found):
            found.append(each)
    return sorted(found)


def _interval(edges: list[Fraction], score: Fraction) -> tuple[Fraction, Fraction] | None:
    """Return the edges on both sides of a score, which is where its band is."""
    below = [each for each in edges if each <= score]
    above = [each for each in edges if each > score]
    if not below or not above:
        return None
    return below[-1], above[0]


def _ends(
    values: list[dict[str, Any]],
    edges: list[Fraction],
    shade: tuple[Fraction, Fraction] | None,
) -> tuple[float, float]:
    """Return the ends of the axis: all bars, from 0, and the next edge where it is near."""
    low = min(0.0, *(min(each["from"], each["to"]) for each in values))
    high = max(0.0, *(max(each["from"], each["to"]) for each in values))
    room = (high - low) or 1.0
    above = [float(each) for each in edges if high < each <= high + room / 3]
    if shade is not None and float(shade[1]) <= high + room / 2:
        above.append(float(shade[1]))
    high = max(high, *above[:1], *above[-1:]) if above else high
    return low, high + room * 0.04


def _links(sheet: Sheet, values: list[dict[str, Any]]) -> None:
    """Join the end of each bar with the start of the next."""
    pairs = [
        {"at": one["to"], "top": one["low"], "low": two["top"]} for one, two in pairwise(values)
    ]
    mark = {"type": "rule", "color": LINES}
    sheet.add(mark, pairs, x=sheet.x("at"), y=sheet.y("top"), y2={"field": "low"})


def _named(
    sheet: Sheet,
    names: list[tuple[list[str], list[str]]],
    places: list[tuple[float, float]],
) -> None:
    """Write the names of rows, and what is behind each below it in grey."""
    first, second = [], []
    for (name, said), (top, low) in zip(names, places, strict=True):
        start = (top + low) / 2 - LINE / 2 * (len(name) + len(said))
        first.append({"y": start, "name": "\n".join(name)})
        if said:
            second.append({"y": start + LINE * len(name), "name": "\n".join(said)})
    sheet.names(first)
    sheet.names(second, fontSize=SMALL, color=SOFT)


def _said(edge: Fraction) -> str:
    return f"{float(edge):g}"
