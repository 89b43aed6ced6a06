"""Plain values: one canonical text for one value; records made strictly, all faults at once."""

import json
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, Union

import pytest
from attrs import field, frozen, validators
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import Finding, PolicyError
from capaian.indicator import ColumnRef
from capaian.wire import (
    below,
    canonical,
    exact_number,
    fingerprint,
    line_of,
    sound_items,
    sound_parts,
    structure,
)
from capaian.wire.lines import json_lines

FAULTS = """\
  CPN-P01  measure: unknown key 'whoel'. Did you mean 'whole'?
           to fix: remove it, or use one of: text, whole, truth, exact, float, day, mode, level, column, limit, rows, weights, names, either, raw.
  CPN-P02  measure: 'text' is missing.
           to fix: add 'text' (text).
  CPN-P04  measure.whole: it is '3', not a whole number.
           to fix: write it like this: 3.
  CPN-P04  measure.truth: it is 1, not true or false.
           to fix: write it like this: true.
  CPN-P04  measure.exact: it is '60 percent', not a number.
           to fix: write it like this: 0.25, "1/9", "60%".
  CPN-P04  measure.float: it is 1E+999, not a number.
           to fix: write it like this: 0.25, "1/9", "60%".
  CPN-P04  measure.day: it is 2026-01-31T00:00:00, not a date.
           to fix: write it like this: 2026-01-31.
  CPN-P05  measure.mode: 'dwon' is not one of the choices. Did you mean 'down'?
           to fix: use one of: "up", "down".
  CPN-P04  measure.level: it is 3, not 1 or 2.
           to fix: write it like this: 1.
  CPN-P01  measure.column: unknown key 'colum'. Did you mean 'column'?
           to fix: remove it, or use one of: column, format, digits.
  CPN-P02  measure.column: 'column' is missing.
           to fix: add 'column' (text).
  CPN-P04  measure.limit: it is 'non', not a number or "none". Did you mean 'none'?
           to fix: write it like this: 0.25, "1/9", "60%", "none".
  CPN-P01  measure.rows['second']: unknown key 'id'.
           to fix: remove it, or use one of: value, from.
  CPN-P02  measure.rows['second']: 'value' is missing.
           to fix: add 'value' (a number).
  CPN-P04  measure.rows['second'].from: it is a list, not a number.
           to fix: write it like this: 0.25, "1/9", "60%".
  CPN-P04  measure.rows[2]: it is 7, not a table.
           to fix: write it like this: { value = 0.25 }.
  CPN-P04  measure.weights['u 1']: it is true, not a number.
           to fix: write it like this: 0.25, "1/9", "60%".
  CPN-P04  measure.weights.u2: it is nothing, not a number.
           to fix: write it like this: 0.25, "1/9", "60%".
  CPN-P04  measure.names: it is a list, not a table.
           to fix: write it like this: { name = "…" }.
  CPN-P04  measure.either[1]: it is 'u1', not a whole number.
           to fix: write it like this: 3."""

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@frozen
class Row:
    """A row of a table, with Python's underscore."""

    value: Fraction
    from_: Fraction | None = None


@frozen
class Options:
    """Everything that an option may be."""

    text: str
    whole: int = 0
    truth: bool = False
    exact: Fraction = Fraction(0)
    float_: float = 0.0
    day: date | None = None
    mode: Literal["up", "down"] = "up"
    level: Literal[1, 2] | None = None
    column: str | ColumnRef = ""
    limit: Fraction | Literal["none"] = "none"
    rows: tuple[Row, ...] = ()
    weights: Mapping[str, Fraction] = field(factory=dict)
    names: dict[str, str] = field(factory=dict)
    either: Union[tuple[int, ...], tuple[str, ...]] = ()  # noqa: UP007 - plugins write both forms
    raw: Any = None


def lines(findings: list[Finding]) -> str:
    return "\n".join(finding.line() for finding in findings)


def test_canonical_text_has_one_form_for_each_kind():
    value = {
        "b": Fraction(1, 9),
        "a": [Fraction(1, 4), Decimal("2.50"), Fraction(3), -0.0, 1.5],
        "é": date(2026, 1, 31),
        "t": (True, None, 12, datetime(2026, 1, 31, 7, 30)),
        "r": ColumnRef("closed"),
    }
    assert canonical(value) == (
        '{"a":["0.25","2.5","3",0.0,1.5],"b":"1/9",'
        '"r":{"column":"closed","digits":0,"format":""},'
        '"t":[true,null,12,"2026-01-31T07:30:00"],"é":"2026-01-31"}'
    )


@given(JSON)
def test_canonical_text_reads_back_and_is_its_own_canonical_text(value):
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


@given(st.dictionaries(st.text(), JSON))
def test_the_order_of_keys_changes_no_fingerprint(value):
    turned = dict(reversed(value.items()))
    assert fingerprint(turned) == fingerprint(value)


def test_a_fingerprint_is_sha_256_of_the_text():
    assert fingerprint({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        (float("nan"), ValueError, "Out of range float values are not JSON compliant"),
        (float("inf"), ValueError, "Out of range float values are not JSON compliant"),
        (Decimal("NaN"), ValueError, "NaN"),
        ({1: 2}, TypeError, "a key of JSON is text, not a int"),
        ({1, 2}, TypeError, "JSON has no form for a set"),
        (ColumnRef, TypeError, "JSON has no form for a type"),
    ],
)
def test_what_json_cannot_say_is_refused(value, kind, said):
    with pytest.raises(kind, match=said):
        canonical(value)


def test_every_kind_is_made():
    data = {
        "text": "x",
        "whole": Decimal("3.0"),
        "truth": True,
        "exact": "60%",
        "float": "1/4",
        "day": "2026-01-31",
        "mode": "down",
        "level": 2,
        "column": {"column": "closed"},
        "limit": 0.1,
        "rows": [{"value": 1}, {"value": "1/9", "from": Decimal("0.5")}],
        "weights": {"u1": 1},
        "names": {"a": "b"},
        "either": ["u1"],
        "raw": {"any": [1, None]},
    }
    made, findings = structure(data, Options)
    assert findings == []
    assert made == Options(
        text="x",
        whole=3,
        truth=True,
        exact=Fraction(3, 5),
        float_=0.25,
        day=date(2026, 1, 31),
        mode="down",
        level=2,
        column=ColumnRef("closed"),
        limit=Fraction(1, 10),
        rows=(Row(Fraction(1)), Row(Fraction(1, 9), Fraction(1, 2))),
        weights={"u1": Fraction(1)},
        names={"a": "b"},
        either=("u1",),
        raw={"any": [1, None]},
    )


def test_what_is_not_given_has_its_default():
    assert structure({"text": "x"}, Options) == (Options("x"), [])
    assert structure({"text": "x", "day": None, "column": "c"}, Options)[0] == Options(
        "x", column="c"
    )


def test_all_faults_are_found_at_once_each_with_its_path():
    data = {
        "whoel": 1,
        "whole": "3",
        "truth": 1,
        "exact": "60 percent",
        "float": Decimal("1e999"),
        "day": datetime(2026, 1, 31),
        "mode": "dwon",
        "level": 3,
        "column": {"colum": "closed"},
        "limit": "non",
        "rows": [{"value": 1}, {"id": "second", "from": [1]}, 7],
        "weights": {"u 1": True, "u2": None},
        "names": ["a"],
        "either": [1, "u1"],
    }
    made, findings = structure(data, Options, "measure")
    assert made is None
    assert lines(findings) == FAULTS


@frozen
class Needs:
    """A class without defaults."""

    rows: tuple[Row, ...]
    weights: Mapping[str, Fraction]
    column: ColumnRef
    level: Literal["a", "b"] | None
    raw: Any


def test_what_is_missing_is_named_with_what_is_wanted():
    _, findings = structure({}, Needs)
    assert [finding.remedy() for finding in findings] == [
        "add 'rows' (a list).",
        "add 'weights' (a table).",
        "add 'column' (a table).",
        """add 'level' ("a" or "b").""",
        "add 'raw' (a value).",
    ]
    assert [finding.remedy("id") for finding in findings][::3] == [
        "tambahkan 'rows' (daftar).",
        """tambahkan 'level' ("a" atau "b").""",
    ]


def test_faults_of_other_shapes():
    data = {"text": "x", "day": "31-01-2026", "rows": {}, "float": 10**400, "column": None}
    assert [finding.text() for finding in structure(data, Options)[1]] == [
        f"it is 1{'0' * 38}…, not a number.",
        "it is '31-01-2026', not a date.",
        "it is nothing, not text or a table.",
        "it is a table, not a list.",
    ]


def test_a_finding_is_told_in_indonesian_too():
    _, findings = structure({"column": [], "digits": None}, ColumnRef, "columns.stop")
    assert (
        "\n".join(each.line("id") for each in findings)
        == """\
  CPN-P04  columns.stop.column: isinya daftar, bukan teks.
           perbaikan: tulis seperti ini: "…".
  CPN-P04  columns.stop.digits: isinya kosong, bukan bilangan bulat.
           perbaikan: tulis seperti ini: 3."""
    )


@pytest.mark.parametrize("data", [None, 5, "x", [], Fraction(1, 2), object()])
def test_a_record_is_made_of_a_table_alone(data):
    made, findings = structure(data, ColumnRef, "columns.stop")
    assert made is None
    assert [finding.code for finding in findings] == ["CPN-P04"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "nothing"),
        (True, "true"),
        (Fraction(1, 9), "1/9"),
        (float("nan"), "nan"),
        (Decimal("Infinity"), "Infinity"),
        pytest.param(10**5000, "…", id="huge"),
        ({}, "a table"),
        (b"x", "a bytes"),
        (date(2026, 1, 31), "2026-01-31"),
    ],
)
def test_a_given_value_is_named(given, said):
    _, findings = structure({"column": given}, ColumnRef)
    assert findings[0].text() == f"it is {said}, not text."


def test_a_long_text_is_repeated_in_part():
    _, findings = structure({"digits": "x" * 10_000, "column": "c"}, ColumnRef)
    assert findings[0].text() == f"it is '{'x' * 39}…', not a whole number."


@frozen
class Guarded:
    """A class with a say of its own."""

    low: int = field(validator=validators.ge(0))
    high: int = field(converter=abs)

    def __attrs_post_init__(self):
        if self.low > self.high:
            raise PolicyError("no", [Finding("CPN-P88", "high", {"post": "1"}, "warning")])


def test_what_the_class_refuses_is_a_finding():
    assert structure({"low": 1, "high": -2}, Guarded) == (Guarded(1, 2), [])
    made, findings = structure({"low": -1, "high": 2}, Guarded, "measure")
    assert made is None
    assert (
        lines(findings)
        == """\
  CPN-P06  measure: it cannot be used: 'low' must be >= 0: -1.
           to fix: correct the values; what they mean is in the reference of that kind."""
    )
    made, findings = structure({"low": 3, "high": 2}, Guarded, "measure")
    assert made is None
    assert findings == [Finding("CPN-P88", "measure.high", {"post": "1"}, "warning")]


@frozen
class Unmade:
    """A class that no document can fill."""

    odd: Any = None
    kind: set[str] = field(factory=set)


def test_a_kind_that_no_document_has_is_the_authors_mistake():
    with pytest.raises(TypeError, match="makes no set"):
        structure({"kind": []}, Unmade)


@frozen
class Line:
    """Points, each a pair."""

    points: tuple[tuple[Fraction, int], ...]


def test_lists_of_a_fixed_length_are_made():
    made, findings = structure({"points": [["0.5", 1], (1, 2)]}, Line)
    assert findings == []
    assert made == Line(((Fraction(1, 2), 1), (Fraction(1), 2)))
    _, findings = structure({"points": [[1, 2, 3], [1], 5, ["x", 1]]}, Line)
    assert [finding.line() for finding in findings] == [
        (
            "  CPN-P04  points[0]: it is a list of 3, not a list of 2.\n"
            "           to fix: write it like this: [0.25, 3]."
        ),
        (
            "  CPN-P04  points[1]: it is a list of 1, not a list of 2.\n"
            "           to fix: write it like this: [0.25, 3]."
        ),
        (
            "  CPN-P04  points[2]: it is 5, not a list of 2.\n"
            "           to fix: write it like this: [0.25, 3]."
        ),
        (
            "  CPN-P04  points[3][0]: it is 'x', not a number.\n"
            '           to fix: write it like this: 0.25, "1/9", "60%".'
        ),
    ]
    assert findings[0].text("id") == "isinya daftar berisi 3, bukan daftar berisi 2."


def test_sound_parts_are_kept_beside_faults():
    parts, findings = sound_parts({"column": "c", "colour": 1, "digits": "x"}, ColumnRef)
    assert parts == {"column": "c", "format": ""}
    assert [finding.code for finding in findings] == ["CPN-P01", "CPN-P04"]


def test_sound_items_are_kept_beside_faults():
    items = [{"column": "a", "colour": 1}, {"column": 5}, 7, {"column": "b"}]
    assert sound_items(items, ColumnRef) == (ColumnRef("a"), ColumnRef("b"))
    assert sound_items("no list", ColumnRef) == ()


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (1, Fraction(1)),
        ("1/9", Fraction(1, 9)),
        (0.1, Fraction(1, 10)),
        (Decimal("0.25"), Fraction(1, 4)),
        (True, None),
        (None, None),
        ("x", None),
        (float("inf"), None),
        (Decimal("NaN"), None),
        (Decimal("1e401"), None),
        (Decimal("1e-999999"), None),
        ([], None),
    ],
)
def test_exact_numbers(written, number):
    """Numbers of absurd length are none: to refuse them later would take for ever."""
    assert exact_number(written) == number


def test_paths():
    assert below("", "id") == "id"
    assert below("columns", "start") == "columns.start"
    assert below("columns", "a.b") == "columns['a.b']"
    assert below("rows", "[1].x") == "rows[1].x"
    assert below("rows", "") == "rows"


@given(st.dictionaries(st.sampled_from(["column", "format", "digits", "colum"]), JSON), st.text())
def test_structure_never_fails_and_never_makes_half(data, where):
    made, findings = structure(data, ColumnRef, where)
    assert (made is None) == bool(findings)
    for finding in findings:
        assert finding.where.startswith(where)
        assert finding.line("en")
        assert finding.line("id")


JSON = """{
  "title": "a \\" ] text",
  "cases": [
    {"id": "one", "input": {"x": 1.5e3, "y": [true, null, {"z": -1}]}},
    {
      "id": "two",
      "input": {}, "expected":
        {"deep": [[], [0,
          1]]}
    }
  ], "count": 2
}
"""
TOML = """# a comment
count = 2

[[cases]]
id = "one"
[cases.input]
x = 1

[[cases]]
id = "two"   # [[cases]]
  expected = { a = 1 }
"""


def _spans(value, path=()):
    yield path
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, each in items:
        yield from _spans(each, (*path, key))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_every_value_of_a_json_document_has_its_line(value):
    """Written with one value on each line, the n-th value in order stands where it is written."""
    document = {"v": value}
    lines = json_lines(json.dumps(document, indent=1))
    paths = [*_spans(document)][1:]  # all but the document itself
    assert set(lines) == set(paths)
    ordered = [lines[path] for path in paths]
    assert ordered == sorted(ordered)
    assert lines[("v",)] == 2


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("title", 2), ("cases", 3), ("cases['one']", 4), ("cases['two']", 5), ("cases[1].id", 6),
        ("cases['two'].expected", 7), ("cases['two'].expected.deep[1][1]", 9), ("count", 11),
        ("cases['two'].nowhere", 5), ("nowhere", None), ("cases['three']", 3),
    ],
)  # fmt: skip
def test_the_line_of_a_place_in_json(where, line):
    assert line_of(JSON, json.loads(JSON), where) == line


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("count", 2), ("cases['one']", 4), ("cases['one'].input", 6), ("cases['one'].input.x", 7),
        ("cases['two']", 9), ("cases['two'].expected.a", 11), ("cases[1].id", 10),
    ],
)  # fmt: skip
def test_the_line_of_a_place_in_toml(where, line):
    assert line_of(TOML, tomllib.loads(TOML), where) == line


def test_half_of_a_surrogate_pair_stays_the_escape_that_json_has_for_it():
    """So that every document can be written in UTF-8, and its hash is that of what is written."""
    text = canonical({"a": "\ud800x", "b": "é\U0001f600"})
    assert text == '{"a":"\\ud800x","b":"é\U0001f600"}'
    assert text.encode()
    assert json.loads(text) == {"a": "\ud800x", "b": "é\U0001f600"}
    assert len(fingerprint({"a": "\ud800"})) == 64
