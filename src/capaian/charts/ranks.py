"""Ranks as intervals: who can be told apart, and who cannot."""

from __future__ import annotations

from typing import Any

from capaian.charts.canvas import Sheet, picture, plot_width
from capaian.charts.people import Label, mean, rows_of, said_of
from capaian.charts.picture import Picture, shown
from capaian.charts.reading import columns_of, numbers, prove_choice, prove_some
from capaian.charts.theme import BLUE, INK, SKY, room_of
from capaian.charts.words import LANGUAGES, phrase
from capaian.errors import Language

_HIGH, _BAR = 20, 5
_EACH = 20
"""Ranks that all stand on the axis; of more, some do."""


def rank_intervals(
    ranks: Any,
    language: Language = "en",
    *,
    label: Label = "number",
    highlight: str | None = None,
    about: str = "",
) -> Picture:
    """Draw the ranks that each may have.

    Parameters
    ----------
    ranks
        What `capaian.analysis.rank_interval` gives, or a table with its columns: `score`,
        `rank_low`, `rank_high` (1 is the highest score), `expected_rank`; `subject`, where names
        are shown or one is marked; `group`, of which there can be one alone.
    language
        `en` or `id`.
    label
        How rows are called: `number`, `subject`, or a mapping from subjects to other names.
    highlight
        A subject whose row is marked.
    about
        A line below the title: who, which period.

    Returns
    -------
    Picture
        Rows by expected rank, with numbers by score. More than 40 are put together in groups of
        neighbours.

    Raises
    ------
    AnalysisError
        `CPN-M87`: a column is not there. `CPN-M88`: there are no rows, or none has a rank.
        `CPN-M89`: no table. `CPN-M90`: a word that is no choice, or several groups. `CPN-M91`: no
        ranks.
    EvidenceError
        `CPN-E54`: nobody to mark.
    """
    prove_choice("language", language, LANGUAGES)
    needed = ("score", "rank_low", "rank_high", "expected_rank")
    columns = columns_of(ranks, needed, ("subject", "group"))
    columns.setdefault("subject", [None] * len(columns["score"]))
    score = numbers(columns, "score")
    found = {name: numbers(columns, name, 1) for name in needed[1:]}
    ranked = [at for at, each in enumerate(found["expected_rank"]) if each is not None]
    prove_some(ranked, "ranks")
    homes = sorted({str(columns["group"][at]) for at in ranked} if "group" in columns else ())
    if len(homes) > 1:
        prove_choice("ranks.group", f"{len(homes)} groups", ("one group alone",))
    order = sorted(ranked, key=lambda at: (found["expected_rank"][at] or 0, at))
    names, groups = rows_of(
        columns["subject"], score, order, len(order), label, highlight, language
    )
    rows: list[dict[str, Any]] = [
        {"name": name, "y": (at + 0.5) * _HIGH, "top": (at + 0.5) * _HIGH - _BAR,
         "low": (at + 0.5) * _HIGH + _BAR,
         **{key: shown(mean([each[i] for i in group]) or 0.0) for key, each in found.items()}}
        for at, (name, group) in enumerate(zip(names, groups, strict=True))
    ]  # fmt: skip
    last = max(each["rank_high"] for each in rows)
    axis: dict[str, Any] = {"title": phrase("ranks_axis", language), "format": ",~r"}
    axis |= {"values": list(range(1, int(last) + 1))} if last <= _EACH else {}
    left = room_of(names) + 8
    sheet = Sheet(plot_width(left, 80), _HIGH * len(rows), (0.5, last + 0.5), axis, left)
    ends = [
        {**each, "from": each["rank_low"] - 0.4, "to": each["rank_high"] + 0.4} for each in rows
    ]
    sheet.bars(ends, "from", "to", color=SKY, stroke=BLUE, strokeWidth=0.7, cornerRadius=2)
    sheet.points(rows, "expected_rank", color=INK, size=40)
    sheet.names([{"name": each["name"], "y": each["y"] - 7} for each in rows])
    said = [{"y": each["y"], "text": f"{_whole(each['rank_low'])} – {_whole(each['rank_high'])}"}
            for each in rows]  # fmt: skip
    sheet.words(said, "text", sheet.width + 8)
    unknown = len(score) - len(ranked)
    sheet.caption(
        [phrase("ranks_read", language), said_of(len(order), len(groups), label, language),
         phrase("ranks_unknown", language, count=unknown) if unknown else ""], 46,
    )  # fmt: skip
    covers = sum(each["rank_high"] - each["rank_low"] + 1 for each in rows) / len(rows)
    description = phrase("describe_ranks", language, count=len(order), mean=f"{covers:.1f}")
    return picture(sheet.layered(), phrase("ranks", language), about, description, language)


def _whole(rank: float) -> str:
    return f"{rank:,.0f}"
