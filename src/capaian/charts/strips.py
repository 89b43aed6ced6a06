"""The strip of band probabilities: how sure each band is."""

from __future__ import annotations

from typing import Any

from capaian.charts.bands import from_low, gated, policy_said, prove_policy, titles_of
from capaian.charts.canvas import PERCENT, Sheet, legend_columns, picture, plot_width
from capaian.charts.people import Label, mean, order_of, rows_of, said_of, share
from capaian.charts.picture import Picture
from capaian.charts.reading import columns_of, numbers, prove_choice, prove_some
from capaian.charts.theme import BLACK, LINES, PAPER, SMALL, ink_on, ramp, room_of, striped
from capaian.charts.words import LANGUAGES, phrase
from capaian.errors import Language
from capaian.policy import Policy

_HIGH, _BAR = 20, 7
_READABLE = 0.13
"""The least share in which its number is written."""
_NONE = "none"
_NARROW = 300
"""Pixels of a plot that has few numbers on its axis."""


def band_strip(
    probabilities: Any,
    language: Language = "en",
    *,
    policy: Policy | None = None,
    label: Label = "number",
    highlight: str | None = None,
    about: str = "",
) -> Picture:
    """Draw how probable each band is for everybody.

    Parameters
    ----------
    probabilities
        What `capaian.analysis.band_probability` gives, or a table with its columns: `score`, `band`
        and for each band `p_<band>`, 0 to 1, from the lowest band up; `p_none`; `probability` of
        the band that was given; `subject`, where names are shown or one is marked.
    language
        `en` or `id`.
    policy
        Tells the titles of the bands.
    label
        How rows are called: `number`, `subject`, or a mapping from subjects to other names.
    highlight
        A subject whose row is marked.
    about
        A line below the title: who, which period.

    Returns
    -------
    Picture
        Rows by score, the highest first; striped where the probabilities are not known. Those
        without a score are counted below. More than 40 are put together in groups of neighbours.

    Raises
    ------
    AnalysisError
        `CPN-M87`: a column is not there. `CPN-M88`: there are no rows, or none has a score.
        `CPN-M89`: no table.
        `CPN-M90`: a word that is no choice. `CPN-M91`: no probabilities.
    EvidenceError
        `CPN-E54`: nobody to mark.
    """
    prove_choice("language", language, LANGUAGES)
    prove_policy(policy)
    columns = columns_of(probabilities, ("score", "band"), ("subject", "probability", "p_*"))
    columns.setdefault("subject", [None] * len(columns["score"]))
    wide = [name[2:] for name in columns if name.startswith("p_") and name != "p_none"]
    if not wide:
        columns_of(probabilities, ("p_<band>",))
    bands = from_low(policy, wide)
    if "p_none" in columns:
        bands = [_NONE, *bands]
    score = numbers(columns, "score")
    chance = {each: numbers(columns, f"p_{each}", 0, 1 + 1e-9) for each in bands}
    given = _given(columns, chance)
    every = order_of(score)
    order = [at for at in every if score[at] is not None]
    prove_some(order, "probabilities")
    names, groups = rows_of(
        columns["subject"], score, order, len(order), label, highlight, language
    )
    titles = titles_of(policy, bands, language)
    titles = [phrase("no_band", language) if name == _NONE else title
              for name, title in zip(bands, titles, strict=True)]  # fmt: skip
    left = room_of(names) + 8
    sheet = Sheet(plot_width(left, 60), _HIGH * len(groups), (0, 1), _axis(language, left), left)
    rows = [
        _row(at, name, each, [chance[band] for band in bands], [columns["band"][i] for i in each],
             bands, given)
        for at, (name, each) in enumerate(zip(names, groups, strict=True))
    ]  # fmt: skip
    _draw(sheet, rows, titles, language)
    average = share(mean(given))
    summed = len(groups) < len(order)
    caption = [
        phrase("strip_given_mean" if summed else "strip_given", language),
        phrase("strip_unknown", language) if any(row["unknown"] for row in rows) else "",
        phrase("official", language),
        gated(policy, language),
    ]
    notes = said_of(len(order), len(groups), label, language)
    rest = len(every) - len(order)
    unscored = phrase("unscored", language, count=rest) if rest else ""
    sheet.caption([" ".join(each for each in caption if each), notes, unscored], 46)
    title = phrase("strip", language)
    description = phrase("describe_strip", language, count=len(order), mean=average)
    subtitle = policy_said(policy, language, about)
    return picture(sheet.layered(), title, subtitle, description, language)


def _axis(language: Language, left: float) -> dict[str, Any]:
    ticks = 5 if plot_width(left, 60) > _NARROW else 2  # long names leave little room
    return {"title": phrase("strip_axis", language), "labelExpr": PERCENT, "tickCount": ticks,
            "grid": False}  # fmt: skip


def _given(
    columns: dict[str, list[Any]], chance: dict[str, list[float | None]]
) -> list[float | None]:
    """Return the probability of the band that each was given."""
    if "probability" in columns:
        return numbers(columns, "probability", 0, 1 + 1e-9)
    return [chance[band][at] if band in chance else None for at, band in enumerate(columns["band"])]


def _row(
    at: int,
    name: str,
    group: list[int],
    chance: list[list[float | None]],
    given: list[Any],
    bands: list[str],
    sure: list[float | None],
) -> dict[str, Any]:
    shares = [mean([each[place] for place in group]) for each in chance]
    known = all(each is not None for each in shares)
    band = given[0] if len(group) == 1 else None
    return {
        "y": (at + 0.5) * _HIGH,
        "name": name,
        "shares": shares if known else [],
        "unknown": not known,
        "band": bands.index(band) if band in bands else None,
        "given": mean([sure[place] for place in group]),
    }


def _draw(
    sheet: Sheet,
    rows: list[dict[str, Any]],
    titles: list[str],
    language: Language,
) -> None:
    colours = ramp(len(titles))
    parts, dots = [], []
    for row in rows:
        start = 0.0
        for at, part in enumerate(row["shares"]):
            parts.append({
                "band": titles[at], "p": part, "from": start, "to": start + part,
                "top": row["y"] - _BAR, "low": row["y"] + _BAR, "y": row["y"],
                "middle": start + part / 2, "ink": ink_on(colours[at]),
                "text": share(part) if part >= _READABLE and row["band"] != at else "",
            })  # fmt: skip
            if row["band"] == at:
                dots.append({"at": start + part / 2, "y": row["y"], "ink": ink_on(colours[at])})
            start += part
    legend = {"title": phrase("band", language), "symbolType": "square",
              "symbolStrokeColor": LINES,
              "columns": legend_columns(titles, sheet.width)}  # fmt: skip
    scale = {"domain": titles, "range": colours}
    sheet.add(
        {"type": "rect", "stroke": LINES, "strokeWidth": 0.5},
        [each for each in parts if each["p"]],
        x=sheet.x("from"), x2={"field": "to"}, y=sheet.y("top"), y2={"field": "low"},
        color={"field": "band", "type": "nominal", "scale": scale, "sort": None, "legend": legend},
    )  # fmt: skip
    unknown = [{"from": 0, "to": 1, "top": row["y"] - _BAR, "low": row["y"] + _BAR}
               for row in rows if row["unknown"]]  # fmt: skip
    sheet.bars(unknown, "from", "to", fill=striped(stripes=60), stroke=LINES)
    for ink in (BLACK, PAPER):
        sheet.words([each for each in parts if each["text"] and each["ink"] == ink], "text",
                    "middle", align="center", color=ink, fontSize=SMALL)  # fmt: skip
        sheet.points([each for each in dots if each["ink"] == ink], "at", color=ink, size=45)
    sheet.names([{**each, "y": each["y"] - 7} for each in rows])
    beside = [{"y": row["y"], "text": share(row["given"])}
              for row in rows]  # fmt: skip
    sheet.words(beside, "text", sheet.width + 46, align="right")
