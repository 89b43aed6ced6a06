"""The fan: how far scores and bands depend on the weights."""

from __future__ import annotations

from typing import Any

from capaian.charts.bands import edges_of, gated, policy_said, prove_policy
from capaian.charts.canvas import Sheet, picture, plot_width
from capaian.charts.people import Label, mean, order_of, rows_of, said_of, share
from capaian.charts.picture import Picture
from capaian.charts.reading import columns_of, numbers, prove_choice, prove_some
from capaian.charts.theme import BLUE, INK, PAPER, SKY, SMALL, SOFT, blend, room_of
from capaian.charts.words import LANGUAGES, phrase
from capaian.errors import Language
from capaian.policy import Policy

_HIGH, _BAR = 22, 6
_SPREADS = (("sd", "p_band"), ("spread", "band_share"))


def weight_fan(
    sensitivity: Any,
    language: Language = "en",
    *,
    policy: Policy | None = None,
    label: Label = "number",
    highlight: str | None = None,
    about: str = "",
) -> Picture:
    """Draw how each score spreads when the weights are others.

    Parameters
    ----------
    sensitivity
        What `capaian.analysis.weight_sensitivity` gives, or a table with its columns: `score`,
        `mean`, `sd`, `p_band`. Or what `label_stability` gives: `score`, `mean`, `spread`,
        `lowest`, `highest`, `band_share`. `subject`, where names are shown or one is marked.
    language
        `en` or `id`.
    policy
        Tells the edges of bands, which are drawn where they are near.
    label
        How rows are called: `number`, `subject`, or a mapping from subjects to other names.
    highlight
        A subject whose row is marked.
    about
        A line below the title: who, which period.

    Returns
    -------
    Picture
        Rows by score, the highest first. More than 40 are put together in groups of neighbours.

    Raises
    ------
    AnalysisError
        `CPN-M87`: a column is not there. `CPN-M88`: there are no rows, or none has a score.
        `CPN-M89`: no table. `CPN-M90`: a word that is no choice. `CPN-M91`: no numbers.
    EvidenceError
        `CPN-E54`: nobody to mark.
    """
    prove_choice("language", language, LANGUAGES)
    prove_policy(policy)
    columns = columns_of(sensitivity, ("score", "mean"), ("subject", "sd", "p_band", "spread",
                         "lowest", "highest", "band_share"))  # fmt: skip
    people = "spread" in columns and "sd" not in columns
    needed = (*_SPREADS[people], *(("lowest", "highest") if people else ()))
    columns |= columns_of(sensitivity, needed)
    columns.setdefault("subject", [None] * len(columns["score"]))
    score, middle = numbers(columns, "score"), numbers(columns, "mean")
    spread, stays = numbers(columns, needed[0], 0), numbers(columns, needed[1], 0, 1 + 1e-9)
    known = [at for at in order_of(score) if score[at] is not None and middle[at] is not None]
    prove_some(known, "sensitivity")
    names, groups = rows_of(
        columns["subject"], score, known, len(known), label, highlight, language
    )
    rows = []
    for at, (name, group) in enumerate(zip(names, groups, strict=True)):
        centre, half = mean([middle[i] for i in group]) or 0.0, mean([spread[i] for i in group])
        ends = (centre - 2 * (half or 0), centre + 2 * (half or 0))
        if people:
            low, high = numbers(columns, "lowest"), numbers(columns, "highest")
            ends = (_or(mean([low[i] for i in group]), centre),
                    _or(mean([high[i] for i in group]), centre))  # fmt: skip
        rows.append({
            "name": name, "y": (at + 0.5) * _HIGH,
            "top": (at + 0.5) * _HIGH - _BAR, "low": (at + 0.5) * _HIGH + _BAR,
            "score": mean([score[i] for i in group]), "mean": centre, "sd": half,
            "from": ends[0], "to": ends[1],
            "one_low": centre - (half or 0), "one_high": centre + (half or 0),
            "stays": mean([stays[i] for i in group]),
        })  # fmt: skip
    counted = (len(score), len(known), label)
    return _drawn(rows, policy, counted, about, language, people=people)


def _or(value: float | None, other: float) -> float:
    return other if value is None else value


def _drawn(
    rows: list[dict[str, Any]],
    policy: Policy | None,
    counted: tuple[int, int, Label],
    about: str,
    language: Language,
    *,
    people: bool,
) -> Picture:
    low = min(min(each["from"], each["score"]) for each in rows)
    high = max(max(each["to"], each["score"]) for each in rows)
    room = (high - low) * 0.04 or 1.0
    ends = (low - room, high + room)
    left = room_of([each["name"] for each in rows]) + 8
    axis = {"title": phrase("total", language), "grid": False, "format": "~r"}
    sheet = Sheet(plot_width(left, 60), _HIGH * len(rows), ends, axis, left)
    near = [each for each in edges_of(policy) if ends[0] <= each <= ends[1]]
    sheet.uprights([{"at": each} for each in near])
    sheet.add(
        {"type": "text", "baseline": "bottom", "dy": -3, "fontSize": SMALL, "color": SOFT},
        [{"at": each, "text": f"{each:g}"} for each in near],
        x=sheet.x("at"), y={"value": 0}, text={"field": "text", "type": "nominal"},
    )  # fmt: skip
    sheet.bars(rows, "from", "to", color=blend(0.2), stroke=SKY, strokeWidth=0.7)
    sheet.bars(rows, "one_low", "one_high", color=BLUE)
    sheet.points(rows, "score", color=INK, size=55, stroke=PAPER, strokeWidth=1)
    sheet.names([{"name": each["name"], "y": each["y"] - 7} for each in rows])
    sheet.words([{"y": each["y"], "text": share(each["stays"])} for each in rows], "text",
                sheet.width + 46, align="right")  # fmt: skip
    every, known, label = counted
    sheet.caption(
        [phrase("fan_ends" if people else "fan_sd", language),
         " ".join([phrase("edges_alone", language), gated(policy, language)]) if near else "",
         said_of(known, len(rows), label, language),
         phrase("unscored", language, count=every - known) if known < every else "",
         phrase("official", language)], 46,
    )  # fmt: skip
    some = [each["stays"] for each in rows if each["stays"] is not None]
    least = share(min(some, default=None))
    description = phrase("describe_fan", language, count=known, least=least)
    subtitle = policy_said(policy, language, about)
    return picture(sheet.layered(), phrase("fan", language), subtitle, description, language)
