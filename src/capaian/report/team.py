"""The page of a team: who has which score, where values are missing, which cases are open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

from attrs import frozen

from capaian.charts.bands import from_low, titles_of
from capaian.charts.reading import prove_choice, prove_some
from capaian.errors import AnalysisError, Finding, Language, wrong_kind
from capaian.explain import state
from capaian.report.drawing import figure
from capaian.report.grid import Grid, Head, Line, share_of
from capaian.report.missing import missing_of, without_of
from capaian.report.templates import template
from capaian.report.words import WORDS, say
from capaian.scores import Scores
from capaian.scores.account import shown_text
from capaian.scores.flow import LIMITED, UNLIMITED, flow_of, with_flow
from capaian.scores.resting import resting

LANGUAGES: tuple[Language, ...] = ("en", "id")
LABELS = ("name", "number", "subject")
HEADLINE = "The page cannot be made."
Label: TypeAlias = str | Mapping[str, str]


@frozen
class _Page:
    """What the template shows."""

    language: Language
    title: str
    policy: str
    period: str
    as_of: str
    counted: str
    named: bool
    people: Grid
    map: str
    bands: Grid
    missing: Grid
    open: Grid
    notes: list[str]
    sources: list[str]
    fingerprint: str


@frozen
class _Team:
    """Whose page it is: the scores, the places in the order of the page, their names, a tongue."""

    scores: Scores
    rows: list[int]
    names: dict[int, str]
    language: Language

    def say(self, key: str, **parts: object) -> str:
        return say(key, self.language, **parts)

    def head(self, key: str, *, said: bool = False, bar: bool = False) -> Head:
        text = self.say(key)
        return Head(text[0].upper() + text[1:], said, bar)

    def indicator(self, name: str) -> str:
        return self.scores.plan.indicators[name].indicator.title.get(self.language) or name


def team_page(
    scores: Scores,
    language: Language = "en",
    *,
    title: str = "",
    unit: str | None = None,
    label: Label = "name",
    links: Mapping[str, str] | None = None,
    pictures: bool = True,
) -> str:
    """Return the page of a team as an HTML document: self-contained, for a screen and for A4.

    It has everybody's score and band, the heat map of achievements, how many have which band, where
    values are missing and why, which cases are open, and the rules with their trust states.

    Parameters
    ----------
    scores
        Of one period.
    language
        `en` or `id`.
    title
        What the page is called; the unit or `Report of the team` where left out.
    unit
        That unit alone; all where left out.
    label
        How people are called: `name`, as the evidence calls them, or their identifier where it does
        not; `subject`, their identifier; `number`; or a mapping from subjects to other names, such
        as pseudonyms, a number where it has none.
    links
        For subjects the address of their own page, which their name then leads to.
    pictures
        Whether the heat map is drawn, where the extra `charts` is installed.

    Returns
    -------
    str
        HTML that needs nothing from elsewhere. People stand in the order of their scores, those
        without a score last; the order says nothing of whether the difference is more than chance.

    Raises
    ------
    AnalysisError
        `CPN-X06`: no scores of one period. `CPN-M88`: there is nobody. `CPN-M90`: a word that is no
        choice, or no such unit.
    """
    prove_choice("language", language, LANGUAGES)
    if not isinstance(scores, Scores):
        raise wrong_kind(AnalysisError, HEADLINE, "scores", scores, "capaian.Scores")
    team = _team(scores, language, unit, label)
    policy, links = scores.policy, links or {}
    unscored = sum(scores.results.score(row) is None for row in team.rows)
    counts = {"count": len(team.rows), "scored": len(team.rows) - unscored, "unscored": unscored}
    made = _Page(
        language=language,
        title=title or unit or team.say("team"),
        policy=f"{policy.title.get(language) or policy.id} ({policy.id}, {policy.edition})",
        period=scores.period.label,
        as_of=scores.as_of.isoformat(" ", "minutes"),
        counted=team.say("counted", **counts),
        named=label in {"name", "subject"} if isinstance(label, str) else False,
        people=_people(team, links),
        map=_map(team, unit) if pictures else "",
        bands=_bands(team),
        missing=_missing(team),
        open=_open(team),
        notes=[_note(each, language) for each in scores.findings],
        sources=_sources(team),
        fingerprint=scores.plan.fingerprint,
    )
    return template("team.html").render(it=made, say=team.say)


def _team(scores: Scores, language: Language, unit: str | None, label: Label) -> _Team:
    if unit is not None:
        prove_choice("unit", unit, sorted({each for each in scores.units.values() if each}))
    rows = [at for at, each in enumerate(scores.subjects)
            if unit is None or scores.units.get(each) == unit]  # fmt: skip
    prove_some(rows, "scores")
    value = scores.results.score
    rows.sort(key=lambda at: (value(at) is None, -(value(at) or 0), at))
    if isinstance(label, str):
        prove_choice("label", label, LABELS)
    known: Mapping[str, str] = {}
    if label == "name":
        known = {each: scores.labels.get(each) or each for each in scores.subjects}
    elif label == "subject":
        known = {each: each for each in scores.subjects}
    elif isinstance(label, Mapping):
        known = label
    names = {row: known.get(scores.subjects[row]) or str(place)
             for place, row in enumerate(rows, 1)}  # fmt: skip
    return _Team(scores, rows, names, language)


def _people(team: _Team, links: Mapping[str, str]) -> Grid:
    """Return everybody's score, band, and the indicators in which they have no value."""
    scores, without = team.scores, without_of(team.scores, team.rows)
    units = len({scores.units.get(scores.subjects[row]) for row in team.rows}) > 1
    some, rows = any(without.values()), []
    for row in team.rows:
        subject, band = scores.subjects[row], scores.band(row)
        said = (band.title.get(team.language) or band.id) if band else ""
        status = scores.tail(row).status
        said = said if status == "scored" else state(status, team.language)
        gaps = ", ".join(team.indicator(each) for each in without[row])
        home = [scores.units.get(subject, "")] if units else []
        cells = (*home, shown_text(scores, row), said, *([gaps] if some else []))
        rows.append(Line(team.names[row], cells, links.get(subject, "")))
    first = [team.head("who"), team.head("unit", said=True)] if units else [team.head("who")]
    heads = (*first, team.head("total"), team.head("band", said=True))
    last = [team.head("without", said=True)] if some else []
    return Grid((*heads, *last), tuple(rows))


def _map(team: _Team, unit: str | None) -> str:
    from capaian.charts import team_heat_map  # noqa: PLC0415 - only where there are pictures

    subjects = team.scores.subjects
    called = {subjects[row]: name for row, name in team.names.items()}
    return figure(lambda: team_heat_map(team.scores, team.language, unit=unit, label=called))


def _bands(team: _Team) -> Grid:
    """Return how many have each band, the best first, and how many have none."""
    scores, total = team.scores, len(team.rows)
    found = Counter(band.id if (band := scores.band(row)) else "" for row in team.rows)
    policy = scores.policy
    ids = list(reversed(from_low(policy, [each.id for each in policy.bands])))
    titles = titles_of(policy, ids, team.language)
    named = [(title, found[each]) for title, each in zip(titles, ids, strict=True)]
    named += [(team.say("no_band"), found[""])] if found[""] else []
    rows = [
        Line(name, (str(count), f"{share_of(count, total)} %", ""), "", share_of(count, total))
        for name, count in named
    ]
    heads = (team.head("band"), team.head("count"), team.head("share"), Head("", bar=True))
    return Grid(heads, tuple(rows))


def _missing(team: _Team) -> Grid:
    """Return for each indicator without some values how many they are, and why."""
    rows = []
    for name, found in missing_of(team.scores, team.rows).items():
        count = sum(found.values())
        if not count:
            continue
        why = "; ".join(f"{_why(team, *each)}: {many}" for each, many in sorted(found.items()))
        rows.append(Line(team.indicator(name), (str(len(team.rows) - count), str(count), why)))
    heads = (team.head("indicator"), team.head("with_value"), team.head("without"))
    return Grid((*heads, team.head("why_missing", said=True)), tuple(rows))


def _why(team: _Team, name: str, decision: str) -> str:
    said = state(name, team.language)
    return team.say(decision, state=said) if decision else said


def _open(team: _Team) -> Grid:
    """Return the cases of each indicator that has open ones, by their state."""
    scores = team.scores
    found = [(name, flow_of(scores, name, team.rows)) for name in with_flow(scores)]
    kinds = [each for each in (*LIMITED[:2], UNLIMITED[0], *LIMITED[2:], UNLIMITED[1])
             if any(each in counts for _, counts in found)]  # fmt: skip
    rows = [
        Line(team.indicator(name), tuple(str(counts.get(kind, "–")) for kind in kinds))
        for name, counts in found
    ]
    return Grid((team.head("indicator"), *map(team.head, kinds)), tuple(rows))


def _sources(team: _Team) -> list[str]:
    """Return the citations with their trust states, and which unconfirmed ones scores rest on."""
    scores, sources = team.scores, team.scores.policy.sources
    said = [_source(team, each.cite, each.trust, each.note) for each in sources]
    resting_on: set[int] = set()
    if any(each.trust == "unconfirmed" for each in sources):
        resting_on = {at for row in team.rows for at in resting(scores, row, scores.exact(row))}
    if not resting_on:
        return said
    cites = "; ".join(sources[at].cite for at in sorted(resting_on))
    return [*said, f"{team.say('rests_on')}: {cites}"]


def _note(each: Finding, language: Language) -> str:
    """Return a finding with its place: without the table, two of them read the same."""
    return f"{each.where}: {each.text(language)}" if each.where else each.text(language)


def _source(team: _Team, cite: str, trust: str, note: str) -> str:
    word = team.say(trust) if trust in WORDS else trust
    return f"{cite} – {word}" + (f". {note}" if note else "")
