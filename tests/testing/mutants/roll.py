"""Every wrong plugin, with the check that must catch it."""

from importlib import import_module

from attrs import frozen

from capaian.testing import Case, MethodSample, Sample


@frozen
class Mutant:
    """A wrong plugin: its module and kind, the check that catches it, and an example of its use."""

    check: str
    module: str
    kind: str
    table: dict = {}
    anchors: dict = {}
    cases: tuple = ()
    more: tuple = ()

    @property
    def name(self):
        return self.kind or self.module

    def load(self):
        return import_module(f"testing.mutants.{self.module}")

    def sample(self):
        """What the kit is given."""
        if self.module == "methods":
            return MethodSample(self.load(), self.table, kind=self.kind, anchors=self.anchors)
        table = {"type": self.kind, **self.table} if self.kind else self.table
        plugins = tuple(import_module(f"testing.mutants.{each}") for each in self.more)
        return Sample(self.load(), table, cases=self.cases, plugins=plugins)


_RATED = (Case(({"day": "2026-01-05", "rating": 3}, {"day": "2026-01-06", "rating": 4}), "7/2"),)
MUTANTS = (
    Mutant("A01", "misspelt_hook", ""),
    Mutant("A01", "failing_hook", ""),
    Mutant("A01", "text_hook", ""),
    Mutant("A01", "identities", "a-dictionary"),
    Mutant("A01", "identities", "mixed-kinds"),
    Mutant("A01", "identities", "unread-column"),
    Mutant("A01", "methods", "a-number"),
    Mutant("A02", "identities", "Response Time"),
    Mutant("A03", "identities", "one-language"),
    Mutant("A03", "identities", "empty-title"),
    Mutant("A04", "identities", "loose-options"),
    Mutant("A04", "identities", "dictionary-options"),
    Mutant("A05", "identities", "undescribed"),
    Mutant("A06", "identities", "odd-unit"),
    Mutant("A06", "identities", "least-above-most"),
    Mutant("A07", "identities", "role-twice"),
    Mutant("A07", "identities", "engines-role"),
    Mutant("A07", "identities", "spoken-figure"),
    Mutant("A08", "identities", "count-based"),
    Mutant("A09", "identities", "changing-hook"),
    Mutant("B01", "values", "swapped-arguments"),
    Mutant("B01", "values", "unbounded"),
    Mutant("B02", "values", "negative-n"),
    Mutant("B03", "values", "n-of-others"),
    Mutant("B04", "values", "smoothed", {"normalise": {"method": "falls"}}),
    Mutant("B05", "values", "no-minimum"),
    Mutant("B05", "values", "minimum-off-by-one"),
    Mutant("B05", "values", "cached-result"),
    Mutant("B06", "values", "smoothed", cases=_RATED),
    Mutant("B07", "values", "by-name"),
    Mutant("C01", "gaps", "nothing-is-full"),
    Mutant("C01", "gaps", "nothing-is-zero"),
    Mutant("C02", "gaps", "missing-as-zero"),
    Mutant("C03", "gaps", "favourable-default"),
    Mutant("C05", "gaps", "unknown-state"),
    Mutant("C06", "gaps", "never-measured"),
    Mutant("D01", "times", "end-inside"),
    Mutant("D01", "times", "no-start"),
    Mutant("D02", "times", "start-outside"),
    Mutant("D02", "times", "short-month"),
    Mutant("D03", "times", "future-answers"),
    Mutant("D04", "times", "no-cut-off"),
    Mutant("D05", "times", "closed-only"),
    Mutant("E01", "impure", "counts-calls"),
    Mutant("E02", "impure", "takes-options", {"measure": {"weights": {"late": 2}}}),
    Mutant("E02", "impure", "takes-indicator"),
    Mutant("E04", "impure", "loaded-libraries"),
    Mutant("E05", "impure", "hash-order"),
    Mutant("E06", "impure", "reads-locale"),
    Mutant("E07", "impure", "host-decimals"),
    Mutant("E08", "impure", "reads-folder"),
    Mutant("E09", "impure", "reads-environment"),
    Mutant("E10", "impure", "reads-clock"),
    Mutant("E11", "impure", "draws-lots"),
    Mutant("E12", "impure", "reads-file"),
    Mutant("E13", "impure", "opens-socket"),
    Mutant("E14", "impure", "shared-scratch"),
    Mutant("E15", "impure", "cannot-be-copied"),
    Mutant("E16", "impure", "leaves-state"),
    Mutant("H01", "faults", "asserts"),
    Mutant("H01", "faults", "raw-error"),
    Mutant("H01", "faults", "no-finding"),
    Mutant("H01", "faults", "unknown-code"),
    Mutant("H01", "faults", "unsaid-error"),
    Mutant("H02", "faults", "check-without-code"),
    Mutant("H02", "faults", "check-without-figures"),
    Mutant("H03", "faults", "repeats-conditions"),
    Mutant("I01", "slow_import", "slow-import"),
    Mutant("I02", "heavy_import", "heavy-import"),
    Mutant("I03", "lives", "prints"),
    Mutant("I04", "lives", "needs-assertions"),
    Mutant("I04", "lives", "warns"),
    Mutant("I05", "lives", "endless"),
    Mutant("J01", "values", "float-constant"),
    Mutant("J01", "methods", "as-float"),
    Mutant("J02", "methods", "odd-direction"),
    Mutant("J03", "methods", "falling"),
    Mutant("J03", "methods", "peaking"),
    Mutant("J03", "methods", "swapped-goalposts", {"worst": 0, "best": 1}),
    Mutant("J04", "methods", "rounded-down", anchors={"5/2": 3}),
    Mutant("J05", "methods", "one-over"),
    Mutant("J06", "methods", "reads-column"),
    Mutant("K01", "methods", "half-again"),
    Mutant("K02", "methods", "minus-distance"),
    Mutant("K03", "methods", "by-one-slope"),
    Mutant("K04", "methods", "first-part"),
    Mutant("K05", "methods", "lowest-of-all"),
    Mutant("K06", "methods", "divides-by-parts"),
    Mutant("L01", "methods", "float-parameters"),
    Mutant("L02", "methods", "zero-range"),
)
