"""A table that may be published: bands by unit, without the cells that would show a few people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from capaian.columns import Origin, native_table
from capaian.errors import EvidenceError, Language, did_you_mean, refuse
from capaian.exact import fixed, round_ratio
from capaian.policy import Band, Rounding
from capaian.scores.suppression import pooled, suppressed
from capaian.wire import canonical, short

if TYPE_CHECKING:
    from capaian.scores.combine import Points  # noqa: TC004 - loads NumPy

SCHEMA = "capaian/published/1"
LEAST = 5
LOWEST = 2
NO_BAND = "no_band"
"""The column of those who have no band; a band has no underscore first, and may have this name."""
_HEADLINE = "Nothing was published."
By = Literal["unit"]
GROUPINGS: tuple[By, ...] = ("unit",)


@frozen
class Group:
    """A group of a published table.

    Attributes
    ----------
    unit
        Its name; `None` for those whose unit is not known, and for all together.
    count
        How many people it has; `None` where that is left out.
    bands
        Band to how many people have it, the last that of nobody's band; `None` where left out.
    mean
        The mean of the published scores, rounded as a score is; `None` where left out or nobody has
        a score.
    """

    unit: str | None
    count: int | None
    bands: Mapping[str, int | None]
    mean: Fraction | None

    def share(self, band: str) -> Fraction | None:
        """Return the share of a band; `None` where it or the count is left out."""
        some = self.bands[band]
        return None if some is None or not self.count else Fraction(some, self.count)


@frozen(repr=False)
class Published:
    """Counts, shares of bands and means by group, in which nobody can be singled out by a count.

    Attributes
    ----------
    policy, period
        By which rule, and for which period.
    least
        The least count that is shown.
    groups, total
        Each group, and all together.
    hidden
        How many cells and means are left out.
    """

    policy: Mapping[str, Any]
    period: str
    least: int
    groups: tuple[Group, ...]
    total: Group
    hidden: int
    digits: int
    titles: Mapping[str, Mapping[str, str]]
    origin: Origin = "records"

    def columns(self) -> dict[str, list[Any]]:
        """Return the table as plain lists, one row per group and one of all.

        `group` is `unit`, `no_unit` or `all`; for each band there are `count:<band>` and
        `share:<band>`. What is left out is `None`.
        """
        rows = [*self.groups, self.total]
        kinds = ["no_unit" if each.unit is None else "unit" for each in self.groups] + ["all"]
        made: dict[str, list[Any]] = {"group": kinds, "unit": [each.unit for each in rows]}
        made["count"] = [each.count for each in rows]
        for band in self.total.bands:
            made[f"count:{band}"] = [each.bands[band] for each in rows]
            shares = [each.share(band) for each in rows]
            made[f"share:{band}"] = [None if each is None else float(each) for each in shares]
        made["mean"] = [None if each.mean is None else float(each.mean) for each in rows]
        return made

    def to_native(self) -> Any:
        """Return the table as the kind of table that the evidence came in."""
        return native_table(self.columns(), self.origin)

    def to_dict(self) -> dict[str, Any]:
        """Return the table as plain JSON values; exact numbers are text, `null` is left out."""
        return {
            "schema": SCHEMA,
            "policy": dict(self.policy),
            "period": self.period,
            "least": self.least,
            "hidden": self.hidden,
            "groups": [self._group(each) for each in self.groups],
            "total": self._group(self.total),
        }

    def _group(self, group: Group) -> dict[str, Any]:
        shares = {band: group.share(band) for band in group.bands}
        return {
            "unit": group.unit,
            "count": group.count,
            "bands": dict(group.bands),
            "shares": {band: None if each is None else str(each) for band, each in shares.items()},
            "mean": None if group.mean is None else fixed(group.mean, self.digits),
        }

    def to_json(self) -> str:
        """Return the table as canonical JSON."""
        return canonical(self.to_dict()) + "\n"

    def text(self, language: Language = "en") -> str:
        """Return the table as plain text; `*` stands for what is left out."""
        words = _WORDS[language]
        bands = list(self.total.bands)
        names = [self._title(each, language) for each in bands]
        body = [[words["unit"], words["count"], *names, words["mean"]]]
        body += [
            self._line(each, words["no_unit"] if each.unit is None else each.unit)
            for each in self.groups
        ]
        body.append(self._line(self.total, words["all"]))
        widths = [max(len(row[at]) for row in body) for at in range(len(body[0]))]
        lines = [
            "  ".join(
                cell.ljust(width) if at == 0 else cell.rjust(width)
                for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in body
        ]
        said = words["said"].format(least=self.least, hidden=self.hidden)
        policy = self.policy
        head = f"{policy['id']} {policy['edition']} · {self.period} · {policy['fingerprint'][:12]}"
        return "\n".join([*lines, said, head])

    def _title(self, band: str, language: Language) -> str:
        titles = self.titles.get(band)
        return (titles.get(language) or band) if titles else _WORDS[language]["no_band"]

    def _line(self, group: Group, name: str) -> list[str]:
        said = [_shown(group.count)]
        said += [_shown(each) for each in group.bands.values()]
        mean = "*" if group.mean is None else fixed(group.mean, self.digits)
        return [name, *said, mean]

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Published>\n{self.text()}"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text())}</pre>"


def _shown(count: int | None) -> str:
    return "*" if count is None else str(count)


_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "unit": "unit", "no_unit": "(no unit)", "all": "all", "count": "people", "mean": "mean",
        "no_band": "no band",
        "said": "* left out, so that no group of fewer than {least} is shown ({hidden} cells)",
    },
    "id": {
        "unit": "unit kerja", "no_unit": "(tanpa unit)", "all": "semua", "count": "pegawai",
        "mean": "rata-rata", "no_band": "tanpa predikat",
        "said": "* tidak ditampilkan, agar tidak ada kelompok kurang dari {least} yang tampak "
                "({hidden} sel)",
    },
}  # fmt: skip


@frozen(eq=False)
class People:
    """Whom a table is of: for each, unit, band and score.

    Attributes
    ----------
    units, bands
        For each subject the unit and the id of the band; `None` where there is none.
    points
        Their published scores.
    """

    units: Sequence[str | None]
    bands: Sequence[str | None]
    points: Points


def published(
    people: People,
    known: Iterable[Band],
    head: tuple[Mapping[str, Any], str, Origin],
    *,
    by: str | None,
    least: int,
    rounding: Rounding,
) -> Published:
    """Return the table of counts, shares and means, with what must be left out left out.

    Parameters
    ----------
    people
        Whom it is of.
    known
        The bands, in order.
    head
        What names the policy; the period's label; what kind of table the evidence came as.
    by
        `unit`, or `None` for all together.
    least
        The least count that is shown, from 2.
    rounding
        Of the score; means are rounded as it is, to two decimals where it is not.

    Raises
    ------
    EvidenceError
        `least` is no whole number from 2 on (CPN-Y02), `by` is not known (Y03), there is nobody
        (Y04).
    """
    if type(least) is not int or least < LOWEST:  # true is an integer to Python
        raise refuse(EvidenceError, _HEADLINE, "CPN-Y02", "least", given=short(str(least)))
    if by is not None and by not in GROUPINGS:
        values = {"given": short(str(by)), "hint": did_you_mean(str(by), GROUPINGS)}
        raise refuse(EvidenceError, _HEADLINE, "CPN-Y03", "by", **values)
    if not people.units:
        raise refuse(EvidenceError, _HEADLINE, "CPN-Y04")
    titles = {each.id: each.title for each in known}
    names = [*titles, NO_BAND]
    units = people.units if by else [None] * len(people.units)
    groups = sorted(set(units), key=lambda each: (each is None, each or ""))
    counts = Counter(zip(units, people.bands, strict=True))
    ids = [*titles, None]
    body = [[counts[group, band] for band in ids] for group in groups]
    out = suppressed(body, least)
    means, no_mean = _means(people, units, groups, least)
    digits = 2 if rounding.mode == "none" else rounding.digits
    rows = [
        Group(
            unit=unit,
            count=_kept(sum(values), (row, len(ids)), out),
            bands={
                name: _kept(value, (row, at), out)
                for at, (name, value) in enumerate(zip(names, values, strict=True))
            },
            mean=None if mean is None else round_ratio(mean, digits, "half-up"),
        )
        for row, (unit, values, mean) in enumerate(
            zip(
                [*groups, None],
                [*body, [sum(column) for column in zip(*body, strict=True)]],
                means,
                strict=True,
            )
        )
    ]
    if not by:  # all together are the one group: it is said once
        rows, out = rows[1:], frozenset(each for each in out if each[0])
        no_mean = min(no_mean, 1)
    policy, period, origin = head
    return Published(
        policy, period, least, tuple(rows[:-1]), rows[-1], len(out) + no_mean, digits, titles,
        origin,
    )  # fmt: skip


def _kept(value: int, cell: tuple[int, int], out: frozenset[tuple[int, int]]) -> int | None:
    return None if cell in out else value


def _means(
    people: People, units: Sequence[str | None], groups: Sequence[str | None], least: int
) -> tuple[list[Fraction | None], int]:
    """Return the mean of each group and that of all, and how many of them are left out."""
    place = {group: at for at, group in enumerate(groups)}
    sums, counts = [Fraction(0)] * len(groups), [0] * len(groups)
    for row, unit in enumerate(units):
        if people.points.known[row]:
            at = place[unit]
            sums[at] += people.points.fraction(row)
            counts[at] += 1
    scored = {at: count for at, count in enumerate(counts) if count}
    few = {at for at, count in scored.items() if count < least}
    out = pooled(scored, few, least)
    left = set(scored) if out is None else out
    found = [
        sums[at] / counts[at] if at in scored and at not in left else None
        for at in range(len(groups))
    ]
    all_of = sum(counts)
    hidden = len(left)
    if not all_of:
        return [*found, None], hidden
    if out is None or all_of < least:
        return [*found, None], hidden + 1
    return [*found, sum(sums, Fraction(0)) / all_of], hidden
