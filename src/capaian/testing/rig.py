"""What the checks of an indicator run on: its record, a policy with it alone, evidence."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from attrs import evolve, field, frozen
from hypothesis import strategies as st

from capaian.errors import CapaianError, PolicyError
from capaian.formula import kind_of, statistics
from capaian.indicator import Indicator
from capaian.period import Period, read_period
from capaian.plugin import IndicatorType, Measure
from capaian.policy import Policy, read_policy
from capaian.scores import Plan, Scores, make_plan, score
from capaian.testing import strategies
from capaian.testing.elsewhere import Elsewhere
from capaian.testing.hunt import hunt
from capaian.testing.outcome import Skipped
from capaian.testing.sample import Resolved, Rows, Sample
from capaian.testing.scoring import Scorer, scored
from capaian.testing.tables import Engine, as_table
from capaian.wire import canonical, structure

SUBJECTS = ("a", "b", "c", "d")
FULL = "z"
"""A subject with one row without gaps, so that every column has a type on every engine."""
EVERYBODY = (*SUBJECTS, FULL)
Entry: TypeAlias = Mapping[str, Any]
"""What a subject gets: state, n, numerator, denominator, figures, achievement."""

PLACE = frozenset({"id", "parent", "table", "weight"})
"""Where an indicator stands in its policy: the kit gives it a place of its own."""


@frozen(eq=False, slots=False)
class Rig:
    """An indicator type set up to be checked.

    Attributes
    ----------
    sample, found
        What the author gave, and the record with where it was found.
    seed, examples
        Where the search begins, and how many inputs each check tries.
    engines
        The kinds of tables that are compared.
    seconds
        How long a new process may take.
    scorer
        What scores; only the tests of the kit have another.
    """

    sample: Sample
    found: Resolved
    seed: int
    examples: int
    engines: tuple[Engine, ...]
    seconds: float
    scorer: Scorer = field(default=scored)

    @property
    def record(self) -> IndicatorType:
        """The indicator type."""
        made: IndicatorType = self.found.record
        return made

    @cached_property
    def period(self) -> Period:
        """The period of the generated evidence."""
        return read_period(self.sample.period)

    # ---- the policy ------------------------------------------------------------------------------

    def document(self, **changes: Any) -> dict[str, Any]:
        """Return a policy with the indicator alone; `changes` are made to its table."""
        table = {"id": "x", "table": "rows", "normalise": {"method": "identity"}, "weight": 1}
        table |= {key: each for key, each in self.sample.table.items() if key not in PLACE}
        table |= {"type": self.record.kind, **changes}
        made = document(table)
        return made | {"calendar": self.sample.calendar} if self.sample.calendar else made

    def policy(self, **changes: Any) -> Policy:
        """Return the policy as it is read."""
        return read_policy(self.document(**changes))

    def plan(self, **changes: Any) -> Plan:
        """Return the policy made ready."""
        return make_plan(self.policy(**changes), self.found.extra)

    def indicator(self, **changes: Any) -> Indicator:
        """Return the indicator as the policy declares it."""
        return self.policy(**changes).indicators[0]

    @cached_property
    def measure(self) -> Measure:
        """The measure that the type makes of the sample's table."""
        return self.plan().indicators["x"].measure

    @cached_property
    def columns(self) -> dict[str, str]:
        """Roles to the names of columns."""
        given = self.indicator().columns
        return {
            need.role: given[need.role].column if need.role in given else need.role
            for need in self.measure.columns
        }

    # ---- the evidence ----------------------------------------------------------------------------

    def rows(
        self,
        *,
        subjects: Sequence[str] = SUBJECTS,
        period: Period | None = None,
        least: int = 1,
        most: int = 12,
        outside: bool = True,
        full: bool = False,
    ) -> st.SearchStrategy[list[dict[str, Any]]]:
        """Return lists of rows; if `full`, none lacks a value."""
        measure = self.measure
        if full:
            needs = tuple(evolve(need, nullable=False) for need in measure.columns)
            measure = evolve(measure, columns=needs)
        made = strategies.rows(
            measure, period or self.period, columns=self.columns, fixed=self._fixed(subjects),
            least=least, most=most, outside=outside,
        )  # fmt: skip
        digits = {each.column: each.digits for each in self.indicator().columns.values()}
        kept = {name: count for name, count in digits.items() if count}
        return made.map(lambda rows: [_written(row, kept) for row in rows]) if kept else made

    def _fixed(self, subjects: Sequence[str]) -> dict[str, st.SearchStrategy[Any]]:
        indicator = self.indicator()
        # The first has more rows than the others: what shows in several rows shows sooner.
        who = [*subjects[:1], *subjects[:2], *subjects]
        fixed: dict[str, st.SearchStrategy[Any]] = {"subject": st.sampled_from(who)}
        for condition in indicator.where:
            if condition.column not in self.columns.values():
                some = [*condition.one_of, *condition.none_of] or ["x"]
                fixed[condition.column] = st.sampled_from(some)
        return fixed

    def evidence(self, **how: Any) -> st.SearchStrategy[list[dict[str, Any]]]:
        """Return rows as `rows` does, the last a full one of another subject."""
        full = self.rows(
            subjects=[FULL], most=1, full=True, outside=False, period=how.get("period")
        )
        return st.tuples(self.rows(**how), full).map(lambda pair: pair[0] + pair[1])

    # ---- scoring ---------------------------------------------------------------------------------

    @cached_property
    def _plans(self) -> dict[str, Plan]:
        return {}

    def kept_plan(self, **changes: Any) -> Plan:
        """Return the policy made ready, built once for the same changes."""
        key = repr(sorted(changes.items()))
        if key not in self._plans:
            self._plans[key] = self.plan(**changes)
        return self._plans[key]

    def tables(
        self, rows: Rows, engine: Engine = "records", subjects: Sequence[str] = EVERYBODY
    ) -> dict[str, Any]:
        """Return the evidence as one kind of table."""
        tables: dict[str, Any] = {
            name: as_table([each for each in some if each.get("subject") in subjects], engine)
            for name, some in self.sample.tables.items()
        }
        tables["rows"] = as_table(rows, engine)
        tables["roster"] = as_table([{"subject": each} for each in subjects], engine)
        return tables

    def score(
        self,
        rows: Rows,
        *,
        engine: Engine = "records",
        period: Period | None = None,
        as_of: datetime | None = None,
        subjects: Sequence[str] = EVERYBODY,
        **changes: Any,
    ) -> Scores:
        """Score rows by the policy, whose plan is built once."""
        tables = self.tables(rows, engine, subjects)
        return self.scorer(self.kept_plan(**changes), tables, period or self.period, as_of)

    def entries(self, rows: Rows, **how: Any) -> dict[str, Entry]:
        """Return what each subject gets."""
        return entries_of(self.score(rows, **how))

    # ---- what purity compares --------------------------------------------------------------------

    @cached_property
    def _examples(self) -> list[list[dict[str, Any]]]:
        drawn: list[list[dict[str, Any]]] = []
        hunt(self.evidence(most=16), drawn.append, start=self.seed, examples=4)
        return drawn

    def example(self) -> list[dict[str, Any]]:
        """Return the longest of a few tables of evidence."""
        return copy.deepcopy(max(self._examples, key=len))

    def formulas(self, **changes: Any) -> str:
        """Return the hash of the formulas that are built."""
        return self.plan(**changes).formulas

    def others(self) -> list[str]:
        """Return the hashes of the formulas of other tables of the same type."""
        made = []
        for changes in ({"minimum": 4}, {"where": {"kind_of_row": "x"}}):
            try:
                made.append(self.formulas(**changes))
            except CapaianError as error:
                made.append(error.code)
        return made

    def handed(self) -> dict[str, Any]:
        """Return fresh values of what `build` is given."""
        indicator = self.indicator()
        options, _ = structure(dict(indicator.measure), self.record.options)
        return {"options": options, "indicator": indicator}

    def build(self, handed: Mapping[str, Any]) -> Measure:
        """Return what `build` makes of it."""
        return self.record.build(handed["options"], handed["indicator"])

    @cached_property
    def elsewhere(self) -> Elsewhere:
        """What new processes say of the same plugin."""
        return Elsewhere(self.found.modules, self.found.home, self.job, self.seconds)

    def job(self) -> dict[str, Any]:
        """Return what a new process is to do, as plain JSON values."""
        # JSON has no decimals; an amount is read back to its digits.
        rows = [
            {key: float(each) if isinstance(each, Decimal) else each for key, each in row.items()}
            for row in self.example()
        ]
        tables = {**self.sample.tables, "rows": rows}
        tables["roster"] = [{"subject": each} for each in EVERYBODY]
        return {
            "documents": [plain(self.document())],
            "evidence": plain(tables),
            "period": self.period.label,
            "frames": bool(strategies.functions_of(self.measure)) and "polars" in self.engines,
        }

    def made(self) -> list[Any]:
        """Return what is made here of the job of a new process."""
        job = self.job()
        made = []
        for each in job["documents"]:
            policy = read_policy(each)
            plan = make_plan(policy, self.found.extra)
            scores = score(policy, job["evidence"], period=job["period"], plugins=self.found.extra)
            made.append(
                {"formulas": plan.formulas, "scores": canonical(scores.to_dict()["scores"])}
            )
        return made

    def options_table(self) -> dict[str, Any]:
        """Return the sample's options."""
        return dict(self.sample.table.get("measure", {}))

    def tried(self, options: Mapping[str, Any], **more: Any) -> None:
        """Build the measure with other options, and see whether its formulas can be used."""
        made, findings = structure(dict(options), self.record.options, "measure")
        if findings:
            raise PolicyError("The options do not fit.", findings)
        measure = self.record.build(made, evolve(self.indicator(**more), measure=dict(options)))
        columns = {need.role: need.kind for need in measure.columns}
        for tree in strategies.trees_of(measure):
            for statistic in statistics(tree):
                kind_of(statistic, columns)

    # ---- what is tried ---------------------------------------------------------------------------

    def hunt(
        self, strategy: st.SearchStrategy[Any], proof: Callable[[Any], None], *, share: int = 1
    ) -> None:
        """Look for an input that breaks a proof, among a part of the usual number."""
        examples = max(2, self.examples // share)
        hunt(strategy, proof, start=self.seed, examples=examples)

    def nullable(self, kind: str) -> list[str]:
        """Return the roles of a kind whose values may be lacking.

        Raises
        ------
        Skipped
            There is none.
        """
        found = [each.role for each in self.measure.columns if each.kind == kind and each.nullable]
        if not found:
            raise Skipped(f"no column of the kind '{kind}' may lack a value")
        return found


def _written(row: dict[str, Any], digits: Mapping[str, int]) -> dict[str, Any]:
    """Return a row as its table has it: a measure counts amounts in units of their last decimal."""
    amounts = {
        name: Decimal(row[name]).scaleb(-count)
        for name, count in digits.items()
        if row[name] is not None
    }
    return row | amounts


def plain(value: Any) -> Any:
    """Return a document or evidence as plain JSON values; stamps and exact numbers are text."""
    match value:
        case Mapping():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case date():
            return value.isoformat()
        case Fraction() | Decimal():
            return str(value)
        case _:
            return value


def document(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a policy document with one indicator."""
    return {
        "id": "conformance",
        "edition": "1",
        "in_force": {"from": "2000-01-01"},
        "sources": [{"cite": "made up", "trust": "derived"}],
        "scale": {"worst": 0, "best": 100, "floor": "none", "cap": "none"},
        "missing": "exclude",
        "subject": "subject",
        "subjects": {"table": "roster", "subject": "subject"},
        "rounding": [{"where": "score", "mode": "none"}],
        "indicators": [dict(table)],
    }


def entries_of(scores: Scores) -> dict[str, Entry]:
    """Return what each subject gets for the indicator, by subject."""
    return {each["subject"]: each["indicators"][0] for each in scores.to_dict()["scores"]}
