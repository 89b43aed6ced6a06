"""Every wrong plugin, with the check that must catch it."""

import re
from functools import partial
from importlib import import_module

from attrs import field, frozen

from capaian.testing import Case, MethodSample, PackSample, Sample


@frozen
class Mutant:
    """A wrong plugin: the check that catches it, its module and kind, what the check says of it
    (`#` stands for a number), and an example of its use."""

    check: str
    module: str
    kind: str
    says: str
    table: dict = field(factory=dict)
    anchors: dict = field(factory=dict)
    cases: tuple = ()
    more: tuple = ()

    @property
    def name(self):
        return self.kind or self.module

    def load(self):
        return import_module(f"testing.mutants.{self.module}")

    def pattern(self):
        """What the check says, as a regular expression."""
        return re.escape(self.says).replace("\\#", r"\S+( \d\d:\S+)?")

    def wrong(self):
        """What is wrong with it, in its author's words."""
        module = self.load()
        if not self.kind:
            return module.__doc__
        hooks = ("capaian_indicator_types", "capaian_methods", "capaian_packs")
        made = [each for hook in hooks if hasattr(module, hook) for each in getattr(module, hook)()]
        (record,) = [each for each in made if each.kind == self.kind]
        if self.module == "shelf":
            apply = record.rules[0].apply
            return _OF_PACKS.get(self.kind) or apply.__doc__
        named = ("build", "value", "make")
        function = next(getattr(record, each) for each in named if hasattr(record, each))
        if isinstance(function, partial):
            (pair,) = function.args
            own = pair.records is not module.records
            function = pair.records if own else pair.frames
        words = function.__doc__
        return words or module.__doc__

    def sample(self):
        """What the kit is given."""
        if self.module == "shelf":
            return PackSample(self.load(), kind=self.kind)
        if self.module == "methods":
            return MethodSample(self.load(), self.table, kind=self.kind, anchors=self.anchors)
        table = {"type": self.kind, **self.table} if self.kind else self.table
        plugins = tuple(import_module(f"testing.mutants.{each}") for each in self.more)
        return Sample(self.load(), table, cases=self.cases, plugins=plugins)


_OF_PACKS = {
    "uncited": "A rule without a citation.",
    "no-case": "A rule that no case tries.",
    "short-weights": "A policy whose weights add up to 95 %.",
}
_RATED = (Case(({"day": "2026-01-05", "rating": 3}, {"day": "2026-01-06", "rating": 4}), "7/2"),)
MUTANTS = (
    Mutant("A01", "misspelt_hook", "", "it cannot be loaded: PluginError CPN-G05"),
    Mutant("A01", "failing_hook", "", "it cannot be loaded: PluginError CPN-G03"),
    Mutant(
        "A01",
        "text_hook",
        "",
        "it cannot be loaded: PluginError CPN-G04 testing.mutants.text_hook:",
    ),
    Mutant("A01", "identities", "a-dictionary", "the sample is refused: PolicyError CPN-G10"),
    Mutant(
        "A01",
        "identities",
        "mixed-kinds",
        "the sample is refused: PolicyError CPN-F06 indicators['x'].aggregate:",
    ),
    Mutant(
        "A01",
        "identities",
        "unread-column",
        "the sample is refused: PolicyError CPN-F01 indicators['x'].column:",
    ),
    Mutant("A01", "methods", "a-number", "build returns a Fraction, not a formula"),
    Mutant(
        "A02",
        "identities",
        "Response Time",
        "the kind is not of the form 'word' or 'owner/word', in a-z, #, '-' and",
    ),
    Mutant("A03", "identities", "one-language", "the title has no text for 'id'"),
    Mutant("A03", "identities", "empty-title", "the title has no text for 'id'"),
    Mutant("A04", "identities", "loose-options", "'options' is not frozen: @frozen, not @define"),
    Mutant("A04", "identities", "dictionary-options", "'options' is not an attrs class"),
    Mutant("A05", "identities", "undescribed", "the docstring of Silent does not name: grace"),
    Mutant(
        "A06",
        "identities",
        "odd-unit",
        "the unit 'coffees' is none of share, days, hours, minutes, count,",
    ),
    Mutant("A06", "identities", "least-above-most", "'least' is not below 'most'"),
    Mutant("A07", "identities", "role-twice", "a role stands twice or is the engine's own: rating"),
    Mutant(
        "A07",
        "identities",
        "engines-role",
        "a role stands twice or is the engine's own: target",
    ),
    Mutant(
        "A07",
        "identities",
        "spoken-figure",
        "a figure's or a state's name is not a word in a-z, # and '_'",
    ),
    Mutant(
        "A08",
        "identities",
        "count-based",
        "'count-based' is also brought by capaian # (capaian.indicators.cou",
    ),
    Mutant(
        "A09",
        "identities",
        "changing-hook",
        "capaian_indicator_types returns another record the second time",
    ),
    Mutant("B01", "values", "swapped-arguments", "the value # is over its most, #"),
    Mutant("B01", "values", "unbounded", "the value # is under its least, #"),
    Mutant("B02", "values", "negative-n", "n is #"),
    Mutant("B03", "values", "n-of-others", "a value of # with n = #"),
    Mutant(
        "B04",
        "values",
        "smoothed",
        "# is worth # and # is worth #",
        {"normalise": {"method": "falls"}},
    ),
    Mutant("B05", "values", "no-minimum", "a value from n = # where # are the minimum"),
    Mutant("B05", "values", "minimum-off-by-one", "n = # is no value where # are the minimum"),
    Mutant("B05", "values", "cached-result", "a value from n = # where # are the minimum"),
    Mutant("B06", "values", "smoothed", "expected #, found #", cases=_RATED),
    Mutant("B07", "values", "by-name", "a subject of another name gets another result"),
    Mutant("C01", "gaps", "nothing-is-full", "no row at all is a value of #"),
    Mutant("C01", "gaps", "nothing-is-zero", "no row at all is a value of #"),
    Mutant(
        "C02",
        "gaps",
        "missing-as-zero",
        "'rating' left empty and 'rating' of # always give the same",
    ),
    Mutant("C03", "gaps", "favourable-default", "worth #, and # with nothing in rating"),
    Mutant("C05", "gaps", "unknown-state", "'waiting_for_godot' has no words"),
    Mutant(
        "C06",
        "gaps",
        "never-measured",
        "no value in # tables, of eight accepted rows",
    ),
    Mutant("D01", "times", "end-inside", "a row at # counts in #"),
    Mutant("D01", "times", "no-start", "a row at # counts in #"),
    Mutant("D02", "times", "start-outside", "n is # at # and # at #"),
    Mutant("D02", "times", "short-month", "n is # at # and # at #"),
    Mutant("D03", "times", "future-answers", "'stop' at # counts as of #"),
    Mutant("D04", "times", "no-cut-off", "a row at # counts as of #"),
    Mutant("D05", "times", "closed-only", "rows without 'stop' are left out and nothing says so"),
    Mutant("E01", "impure", "counts-calls", "the formulas differ the second time they are built"),
    Mutant(
        "E02",
        "impure",
        "takes-options",
        "'options' is changed",
        {"measure": {"weights": {"late": 2}}},
    ),
    Mutant("E02", "impure", "takes-indicator", "'indicator' is changed"),
    Mutant("E04", "impure", "loaded-libraries", "a new process gives other formulas"),
    Mutant("E05", "impure", "hash-order", "the result is another under another PYTHONHASHSEED"),
    Mutant(
        "E06",
        "impure",
        "reads-locale",
        "it reads what it is not given: localeconv at impure.py, line #",
    ),
    Mutant("E07", "impure", "host-decimals", "the result is another under another decimal context"),
    Mutant(
        "E08",
        "impure",
        "reads-folder",
        "it reads what it is not given: getcwd at impure.py, line #",
    ),
    Mutant(
        "E09",
        "impure",
        "reads-environment",
        "it reads what it is not given: os.environ at impure.py, line #",
    ),
    Mutant(
        "E10",
        "impure",
        "reads-clock",
        "it reads what it is not given: localtime at impure.py, line #",
    ),
    Mutant(
        "E11",
        "impure",
        "draws-lots",
        "it reads what it is not given: Random.random at impure.py, line #",
    ),
    Mutant(
        "E12",
        "impure",
        "reads-file",
        "it reads what it is not given: open at impure.py, line #",
    ),
    Mutant(
        "E13",
        "impure",
        "opens-socket",
        "it reads what it is not given: socket.__new__ at impure.py, line #",
    ),
    Mutant("E14", "impure", "shared-scratch", "# threads at once give other formulas"),
    Mutant(
        "E15",
        "impure",
        "cannot-be-copied",
        "it cannot be copied: TypeError: cannot pickle 'mappingproxy' object",
    ),
    Mutant("E16", "impure", "leaves-state", "building changes: testing.mutants.impure._SEEN"),
    Mutant("E17", "pairs", "changes-rows", "'changes-rows' changes the rows that it is given"),
    Mutant("F01", "pairs", "frames-differ", "polars differs: numerator is #, of records #"),
    Mutant("F03", "pairs", "first-of", "another order gives another result on polars"),
    Mutant("H01", "faults", "asserts", "it raised AssertionError:"),
    Mutant(
        "H01",
        "faults",
        "raw-error",
        "it raised ValueError: invalid literal for int() with base # ''",
    ),
    Mutant("H01", "methods", "raw-family", "it raised ValueError: #", {"by": 1}),
    Mutant("H01", "faults", "no-finding", "a PolicyError without a finding, so without a code"),
    Mutant("H01", "faults", "unknown-code", "the code 'MY#' is not in the catalogue"),
    Mutant("H01", "faults", "unsaid-error", "CPN-P65 cannot be said in 'en': KeyError: 'key'"),
    Mutant("H02", "faults", "check-without-code", "the code 'MY#' is not in the catalogue"),
    Mutant(
        "H02",
        "faults",
        "check-without-figures",
        "CPN-E31 cannot be said in 'en': KeyError: 'column'",
    ),
    Mutant(
        "H03",
        "faults",
        "repeats-conditions",
        "a message repeats a value of the policy's conditions or of a row",
    ),
    Mutant(
        "H04",
        "pairs",
        "float-of-records",
        "on records: EvidenceError CPN-G13 float-of-records: the functions",
    ),
    Mutant(
        "H04",
        "pairs",
        "float-of-frames",
        "on polars: EvidenceError CPN-G13 float-of-frames: the functions",
    ),
    Mutant(
        "H04",
        "pairs",
        "raises-at-work",
        "on records: EvidenceError CPN-G12 raises-at-work: the functions",
    ),
    Mutant("I01", "slow_import", "slow-import", "importing it takes # s"),
    Mutant("I02", "heavy_import", "heavy-import", "importing it loads numpy"),
    Mutant("I03", "lives", "prints", "it prints on standard output"),
    Mutant("I04", "lives", "needs-assertions", "`python -O -W error` gives "),
    Mutant("I04", "lives", "warns", "`python -O -W error` gives "),
    Mutant("I05", "lives", "endless", "it did not finish within # s"),
    Mutant("I05", "pairs", "endless-at-work", "it did not finish within # s"),
    Mutant(
        "A01",
        "values",
        "float-constant",
        "the sample is refused: PolicyError CPN-F08 indicators['x'].literal:",
    ),
    Mutant(
        "A01",
        "methods",
        "as-float",
        "the sample is refused: FormulaError CPN-F08 literal: # is a float, w",
    ),
    Mutant(
        "J01",
        "methods",
        "odd-direction",
        "the direction 'up' is none of higher, lower, nearest, unknown",
    ),
    Mutant("J02", "methods", "falling", "'higher' is better, yet # gives # and # #"),
    Mutant("J02", "methods", "peaking", "'higher' is better, yet # gives # and # #"),
    Mutant(
        "J02",
        "methods",
        "swapped-goalposts",
        "'higher' is better, yet # gives # and # #",
        {"worst": 0, "best": 1},
    ),
    Mutant("J03", "methods", "rounded-down", "# becomes #, not #", anchors={"5/2": 3}),
    Mutant("J04", "methods", "one-over", "it divides by zero at #"),
    Mutant("J05", "methods", "reads-column", "it reads rating, which nobody supplies"),
    Mutant("K01", "methods", "half-again", "#, #, # become #"),
    Mutant("K01", "methods", "times-the-mean", "#, #, # become #", {"by": "3/2"}),
    Mutant("K02", "methods", "minus-distance", "#, #, # become #, and #, #, # #"),
    Mutant("K03", "methods", "by-one-slope", "the contributions of #, #, # are #, the whole is #"),
    Mutant("K04", "methods", "first-part", "#, #, # become # or #, by their order"),
    Mutant("K05", "methods", "lowest-of-all", "#, #, # become #, without the last #"),
    Mutant(
        "K06",
        "methods",
        "divides-by-parts",
        "#, #, # ZeroDivisionError: float division by zero",
    ),
    Mutant("P01", "shelf", "uncited", "the rule 'uncited/half' has no source"),
    Mutant("P02", "shelf", "wrong-case", "the case 'C2' has failed: "),
    Mutant("P03", "shelf", "no-case", "rules without a case: no-case/half"),
    Mutant("P04", "shelf", "short-weights", "the policy 'short-weights/2026' is refused: "),
    Mutant("P05", "shelf", "counts", "'counts/half' gives another result the second time"),
    Mutant("P05", "shelf", "takes", "'takes/half' changes its input"),
    Mutant("P06", "shelf", "raw", "the rule 'raw/half' failed: KeyError"),
    Mutant("P06", "shelf", "inexact", "returned a value of the type float"),
    Mutant("P07", "shelf", "telling", "'telling/half' repeats what stands in 'x'"),
    Mutant("L01", "methods", "float-parameters", "the parameter 'middle' is a float"),
    Mutant("L02", "methods", "zero-range", "a cohort of [#, #]: ZeroDivisionError: Fraction(#, #)"),
)

CROOKED = {
    "C04": ("rows that are wrong are left out in silence", "is counted: ok"),
    "D06": ("in February one more is counted", "28 days later .* differ"),
    "E03": ("the caller's rows are emptied", "the rows are changed"),
    "F02": ("who is alone gets one more", "a subject alone gets another result"),
    "F04": ("everybody's number depends on how many rows there are", "another's result changes"),
    "F05": ("in a large table one is counted twice", "a result differs"),
    "G01": ("explanations are of another score", "explains"),
    "G02": ("the value that is kept is another", "computed again"),
    "G03": ("the formula has words in one language", "no words in 'id'"),
    "G04": ("the document is not JSON", "it raised"),
}
"""What no plugin can do to the engine, which an engine that is not sound does in its place."""
