"""What the checks of a method run on: its formula, and policies that use it."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import evolve, field, frozen
from hypothesis import strategies as st

from capaian.errors import CapaianError
from capaian.exact import Program, cohort_of, read_number, run_paired
from capaian.formula import Column, Node, lit, substitute, to_data, walk
from capaian.period import read_period
from capaian.plugin import (
    TARGET,
    UNIT,
    Aggregation,
    ParametricAggregation,
    RelativeNormalisation,
)
from capaian.policy import Policy, Scale, read_policy
from capaian.policy.options import plain_record
from capaian.scores import Plan, Scores, make_plan, score
from capaian.testing.elsewhere import Elsewhere
from capaian.testing.hunt import hunt
from capaian.testing.rig import document, entries_of, plain
from capaian.testing.sample import MethodSample, Resolved
from capaian.testing.scoring import Scorer, scored
from capaian.testing.tables import Engine, as_table
from capaian.wire import canonical, fingerprint, structure

SCALE = Scale(Fraction(0), Fraction(100), None, None)
COHORT: tuple[Fraction, ...] = tuple(
    Fraction(each) for each in ("1/3", "1", "1", "3/2", "2", "7/3", "4", "4", "9/2", "6")
)
"""What relative methods are fitted to."""
WEIGHTS = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 6))
PERIOD = read_period("2026-01")
OWN_TARGET = 4
"""The subject's own target, where the method reads one."""
_VALUE: Node = Column("top") / Column("bottom")


@frozen(eq=False, slots=False)
class MethodRig:
    """A method set up to be checked; the attributes are those of `Rig`."""

    sample: MethodSample
    found: Resolved
    seed: int
    examples: int
    engines: tuple[Engine, ...]
    seconds: float
    scorer: Scorer = field(default=scored)

    @property
    def record(self) -> Any:
        """The method."""
        return self.found.record

    @property
    def aggregates(self) -> bool:
        """Whether it makes one score of several."""
        return isinstance(self.record, Aggregation | ParametricAggregation)

    @cached_property
    def aggregation(self) -> Any:
        """The aggregation: the record itself, or what it makes of the sample's options."""
        if isinstance(self.record, ParametricAggregation):
            return self.record.make(self.options)
        return self.record

    # ---- the formula -----------------------------------------------------------------------------

    @cached_property
    def options(self) -> Any:
        """The sample's options as the method's own class."""
        made, findings = structure(dict(self.sample.options), self.record.options, "normalise")
        if findings:
            raise CapaianError("The sample's options do not fit.", findings)
        return made

    @cached_property
    def parameters(self) -> Any:
        """What a relative method finds in the cohort."""
        return self.record.fit(self.options, cohort_of(Counter(COHORT)))

    def tree(self, x: Node = _VALUE, scale: Scale = SCALE) -> Node:
        """Return the formula of a normalisation over the value given."""
        return self.build({"options": self.options, "scale": scale, "x": x})

    def worth(self, tree: Node, value: Fraction) -> Fraction:
        """Return what a value becomes, exactly."""
        known = substitute(tree, {TARGET: lit(OWN_TARGET), UNIT: lit(1)})
        given = {"top": value.numerator, "bottom": value.denominator}
        return run_paired(Program((("y", known),)), given)["y"][1]

    def together(
        self, parts: Sequence[Fraction], weights: Sequence[Fraction]
    ) -> tuple[Fraction, list[Fraction]]:
        """Return what an aggregation makes of parts, and what each is multiplied by."""
        names = [Column(f"p{index}") for index in range(len(parts))]
        value = self.aggregation.value(names, weights)
        held = Column("value")
        steps = [("value", value)] + [
            (f"m{index}", self.aggregation.multiplier(names, weights, index, held))
            for index in range(len(parts))
        ]
        given = {f"p{index}": part for index, part in enumerate(parts)}
        found = run_paired(Program(tuple(steps)), given)
        return found["value"][1], [found[f"m{index}"][1] for index in range(len(parts))]

    def numbers(self) -> st.SearchStrategy[Fraction]:
        """Return values: at and beside the anchors, zero, negative, tiny, huge."""
        near = {Fraction(0), Fraction(1), Fraction(1, 2), *COHORT}
        for each in self.sample.anchors:
            near |= set() if isinstance(each, tuple) else {read_number(each)}
        step = Fraction(1, 1000)
        pool = sorted({each + move for each in near for move in (-step, 0, step)})
        wide = st.fractions(-1000, 1000, max_denominator=10_000)
        far = st.sampled_from([Fraction(1, 10**9), Fraction(10**9), Fraction(-(10**9))])
        return st.sampled_from(pool) | wide | far

    def parts(self) -> st.SearchStrategy[list[Fraction]]:
        """Return three parts, none under the least that an aggregation takes."""
        lowest = self.aggregation.lowest
        lowest = Fraction(-100) if lowest is None else lowest
        return st.lists(
            st.fractions(lowest, lowest + 200, max_denominator=100)
            | st.sampled_from([lowest, Fraction(100)]),
            min_size=3,
            max_size=3,
        )

    # ---- the policy ------------------------------------------------------------------------------

    def document(self, **changes: Any) -> dict[str, Any]:
        """Return a policy that uses the method; `changes` are made to its options."""
        if self.aggregates:
            made = document(_part(0))
            made["indicators"] = [_part(place) for place in range(3)]
            own = {**self.sample.options, **changes}
            chosen = {"options": own} if isinstance(self.record, ParametricAggregation) else {}
            return made | {"score": {"method": self.record.kind, **chosen}}
        step = {**self.sample.options, **changes, "method": self.record.kind}
        made = document(_part(0, step))
        if isinstance(self.record, RelativeNormalisation):
            fitted = {"period": "2025", "as_of": "2026-01-01T00:00:00", "n": len(COHORT)}
            step["fitted"] = fitted | {"parameters": plain_record(self.parameters)}
            made["relative"] = True
        elif TARGET in walk(self.tree(Column("x"))):
            made["targets"] = {"table": "goals", "subject": "subject"}
        return made

    def policy(self) -> Policy:
        """Return the policy as it is read."""
        return read_policy(self.document())

    def plan(self) -> Plan:
        """Return the policy made ready."""
        return make_plan(self.policy(), self.found.extra)

    def score(self, rows: Sequence[Mapping[str, Any]], *, engine: Engine = "records") -> Scores:
        """Score rows of numerators and denominators by the policy."""
        made = {name: as_table(some, engine) for name, some in self._tables(rows).items()}
        return self.scorer(self.kept_plan, made, PERIOD, None)

    @cached_property
    def kept_plan(self) -> Plan:
        """The policy made ready, built once."""
        return self.plan()

    def _tables(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        who = [row["subject"] for row in rows]
        tables: dict[str, Any] = {"rows": rows, "roster": [{"subject": each} for each in who]}
        if "targets" in self.document():
            goal = {"indicator": "x0", "period": PERIOD.label, "value": OWN_TARGET}
            tables["goals"] = [{"subject": each, **goal} for each in who]
        return tables

    def entries(self, rows: Sequence[Mapping[str, Any]], **how: Any) -> Mapping[str, Any]:
        """Return what each subject gets."""
        return entries_of(self.score(rows, **how))

    # ---- what purity compares --------------------------------------------------------------------

    def example(self) -> list[dict[str, Any]]:
        """Return a row for each value of the cohort, and of some beyond it."""
        values = [*COHORT, Fraction(0), Fraction(1000), Fraction(1, 7)]
        return [row_of(f"s{place:02}", [value] * 3) for place, value in enumerate(values)]

    def formulas(self) -> str:
        """Return the hash of the formulas that are built."""
        if not self.aggregates:
            return fingerprint(to_data(self.tree()))
        parts = [Column(f"p{index}") for index in range(3)]
        value = self.aggregation.value(parts, WEIGHTS)
        trees = [self.aggregation.multiplier(parts, WEIGHTS, index, value) for index in range(3)]
        return fingerprint([to_data(each) for each in (value, *trees)])

    def others(self) -> list[str]:
        """Return the hashes of the formulas of the same method on another scale."""
        if self.aggregates:
            parts = [Column("p0"), Column("p1")]
            return [fingerprint(to_data(self.aggregation.value(parts, [Fraction(1, 2)] * 2)))]
        other = evolve(SCALE, best=Fraction(5), worst=Fraction(1))
        return [fingerprint(to_data(self.tree(scale=other)))]

    def handed(self) -> dict[str, Any]:
        """Return fresh values of what `build`, or `value`, is given."""
        if self.aggregates:
            parts = [Column(f"p{place}") for place in range(3)]
            own = isinstance(self.record, ParametricAggregation)
            chosen = {"options": copy.deepcopy(self.options)} if own else {}
            return {"parts": parts, "weights": list(WEIGHTS), **chosen}
        made = {"options": copy.deepcopy(self.options), "scale": SCALE, "x": _VALUE}
        if isinstance(self.record, RelativeNormalisation):
            made["parameters"] = copy.deepcopy(self.parameters)
        return made

    def build(self, handed: Mapping[str, Any]) -> Node:
        """Return the formula that is made of it."""
        tree: Node
        if self.aggregates:
            given = handed.get("options")
            method = self.record if given is None else self.record.make(given)
            tree = method.value(handed["parts"], handed["weights"])
        elif isinstance(self.record, RelativeNormalisation):
            parameters = handed.get("parameters", self.parameters)
            tree = self.record.build(handed["options"], parameters, handed["scale"], handed["x"])
        else:
            tree = self.record.build(handed["options"], handed["scale"], handed["x"])
        return tree

    @cached_property
    def elsewhere(self) -> Elsewhere:
        """What new processes say of the same plugin."""
        return Elsewhere(self.found.modules, self.found.home, self.job, self.seconds)

    def job(self) -> dict[str, Any]:
        """Return what a new process is to do, as plain JSON values."""
        tables = self._tables(self.example())
        return {
            "documents": [plain(self.document())],
            "evidence": plain(tables),
            "period": PERIOD.label,
        }

    def made(self) -> list[Any]:
        """Return what is made here of the job of a new process."""
        job = self.job()
        policy = read_policy(job["documents"][0])
        scores = score(policy, job["evidence"], period=job["period"], plugins=self.found.extra)
        return [{"formulas": self.plan().formulas, "scores": canonical(scores.to_dict()["scores"])}]

    # ---- what is tried ---------------------------------------------------------------------------

    def options_table(self) -> dict[str, Any]:
        """Return the sample's options."""
        return dict(self.sample.options)

    def tried(self, options: Mapping[str, Any]) -> None:
        """Build the formula with other options."""
        made, findings = structure(dict(options), self.record.options, "normalise")
        if findings:
            raise CapaianError("The options do not fit.", findings)
        if self.aggregates:
            self.build({**self.handed(), "options": made})
            return
        handed = {"options": made, "scale": SCALE, "x": _VALUE}
        if isinstance(self.record, RelativeNormalisation):
            handed["parameters"] = self.record.fit(made, cohort_of(Counter(COHORT)))
        self.build(handed)

    def hunt(
        self, strategy: st.SearchStrategy[Any], proof: Callable[[Any], None], *, share: int = 1
    ) -> None:
        """Look for an input that breaks a proof, among a part of the usual number."""
        examples = max(2, self.examples // share)
        hunt(strategy, proof, start=self.seed, examples=examples)


def row_of(subject: str, values: Sequence[Fraction]) -> dict[str, Any]:
    """Return a row of numerators and denominators."""
    row: dict[str, Any] = {"subject": subject}
    for place, value in enumerate(values):
        row |= {f"top{place}": value.numerator, f"bottom{place}": value.denominator}
    return row


def _part(place: int, step: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return an indicator that gives a ratio; the part of an aggregation where there is no step."""
    made = {
        "id": f"x{place}",
        "weight": 1,
        "type": "count-based",
        "table": "rows",
        "columns": {"numerator": f"top{place}", "denominator": f"bottom{place}"},
        "measure": {"statistic": "ratio"},
    }
    if step is not None:
        return made | {"normalise": step}
    return made | {
        "normalise": {"method": "identity"}, "weight": str(WEIGHTS[place]), "floor": 0
    }  # fmt: skip
