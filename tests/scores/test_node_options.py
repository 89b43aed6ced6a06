"""The options of a node's method: read, proved, written, hashed, compared, said, and run alike."""

import json
import tomllib
from decimal import Decimal
from fractions import Fraction

import duckdb
import polars as pl
import pytest
from attrs import evolve, frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capaian
from capaian.errors import PluginError, PolicyError, refuse
from capaian.formula import lit
from capaian.methods import aggregations
from capaian.plugin import Aggregation, ParametricAggregation, hookimpl
from capaian.policy import policy_fingerprint, policy_toml, read_policy, to_document
from capaian.policy.difference import difference
from capaian.scores import make_plan

PLUGINS = [aggregations]


def document(*, method="power-mean", options=None, floor=0, **score):
    """Two nodes of two indicators each; the second aggregates by a method with options."""
    return {
        "id": "desk", "edition": "2026", "in_force": {"from": "2026-01-01"},
        "scale": {"worst": 0, "best": 100}, "missing": "exclude", "subject": "nip",
        "weights": "relative", "rounding": [{"where": "score", "digits": 2}], "score": score,
        "nodes": [
            {"id": "work", "weight": 2, "weights": "equal"},
            {"id": "service", "weight": 1, "weights": "relative", "method": method,
             **({} if options is None else {"options": options})},
        ],
        "indicators": [
            {"id": name, "parent": parent, "type": "count-based", "table": name,
             "columns": {"amount": {"column": name, "digits": 2}}, "floor": floor,
             "measure": {"statistic": "sum", "no_rows": "missing"}, "weight": 1,
             "normalise": {"method": "identity"}}
            for name, parent in zip("abcd", ("work", "work", "service", "service"), strict=True)
        ],
    }  # fmt: skip


def desk(**keys):
    """The same, read; a node of equal weights has none of its own."""
    made = document(**keys)
    for each in made["indicators"][:2]:
        del each["weight"]
    return read_policy(made)


def scored(policy, rows, table=lambda rows, _name: rows, plugins=PLUGINS):
    """Scores from a table for each indicator; who has no value there has no row."""
    tables = {
        name: table(
            [{"nip": row["nip"], name: row[name]} for row in rows if row[name] is not None], name
        )
        for name in "abcd"
    }
    return capaian.score(policy, tables, period="2026-01", plugins=plugins)


def refused(policy, plugins=PLUGINS):
    with pytest.raises((PolicyError, PluginError)) as caught:
        make_plan(policy, plugins)
    return caught.value.text()


ROW = {"nip": "p", "a": 10, "b": 30, "c": 2, "d": 8}


@pytest.mark.parametrize(
    ("method", "options", "service"),
    [
        ("power-mean", {"power": "1/2"}, "4.5"),
        ("power-mean", {"power": "50%"}, "4.5"),
        ("power-mean", {"power": -1}, "3.2"),
        ("ordered", {"weights_by_order": [1, 0]}, "8"),
        ("ordered", {"weights_by_order": ["0.25", 0.75]}, "3.5"),
    ],
)
def test_the_options_say_which_method_it_is(method, options, service):
    """(2 x 20 + service) / 3; contributions and adjustments add up."""
    found = scored(desk(method=method, options=options), [ROW]).explain("p")
    assert found.unrounded == (40 + Fraction(service)) / 3
    assert found.total() == found.score


def test_options_are_written_and_read_back():
    """Through TOML and through JSON; what is left out stays out of a document without them."""
    policy = desk(options={"power": 0.5})
    assert to_document(policy)["nodes"][0]["options"] == {"power": "0.5"}
    toml = read_policy(tomllib.loads(policy_toml(policy), parse_float=Decimal))
    wire = read_policy(json.loads(json.dumps(to_document(policy))))
    assert toml == wire == policy
    assert "options" not in json.dumps(to_document(desk(method="geometric")))


def test_other_options_are_another_policy():
    """By fingerprint and by difference; the same number in another form moves nobody."""
    half, two = (desk(options={"power": each}) for each in ("0.5", 2))
    assert policy_fingerprint(half) != policy_fingerprint(two)
    found = difference(half, two)
    assert [(each.place, each.kind) for each in found.changes] == [
        ("nodes['service'].options.power", "changed")
    ]
    assert found.effect == "scores"
    other = difference(half, desk(options={"power": "1/2"}))
    assert [each.kind for each in other.changes] == ["rewritten"]


def test_an_explanation_names_the_method_with_its_options():
    """In both languages; a stranger's method by its title."""
    text = scored(desk(options={"power": 2}), [ROW]).explain("p")
    assert "'service' is a generalised mean of the power 2: what a part adds" in text.text()
    assert "'service' adalah rata-rata umum berpangkat 2" in text.text("id")


OPTIONS = "nodes['service'].options"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            {"method": "geometric", "options": {"power": 2}},
            (
                "  CPN-W21  nodes['service'].options: 'geometric' has no options.\n"
                "           to fix: remove the table 'options', or use a method that has them."
            ),
        ),
        (
            {"options": {"power": 0}},
            (
                "  CPN-W22  nodes['service'].options.power: power = 0: the generalised mean has no value"
                " there; what it nears is the geometric mean.\n"
                '           to fix: use method = "geometric", or another power.'
            ),
        ),
        (
            {"method": "ordered", "options": {"weights_by_order": [1, 1]}},
            (
                "  CPN-W24  nodes['service'].options.weights_by_order: weights_by_order add up to 2, the"
                " least of them is 1; they are 0 or more and add up to 1.\n"
                '           to fix: write them as fractions where decimals do not add up: "1/3".'
            ),
        ),
    ],
)
def test_options_that_do_not_fit_are_refused_at_their_place(keys, said):
    assert refused(desk(**keys)) == (f"1 problem in the policy 'desk'; nothing was scored.\n{said}")


@pytest.mark.parametrize(
    ("options", "code", "place"),
    [
        (None, "CPN-P02", f"{OPTIONS}.power"),
        ({}, "CPN-P02", f"{OPTIONS}.power"),
        ({"power": "two"}, "CPN-P04", f"{OPTIONS}.power"),
        ({"power": 2, "powr": 3}, "CPN-P01", f"{OPTIONS}.powr"),
    ],
)
def test_options_are_read_as_strictly_as_all_others(options, code, place):
    """Missing, of another kind, unknown."""
    with pytest.raises(PolicyError) as caught:
        make_plan(desk(options=options), PLUGINS)
    assert code in {each.code for each in caught.value.findings}
    assert any(place.startswith(each.where) for each in caught.value.findings)


def test_a_formula_has_no_options():
    """The numbers of a formula stand in it."""
    made = document(method="formula", options={"power": 2})
    made["nodes"][1] |= {"formula": "c * d"}
    del made["nodes"][1]["weights"]
    for each in made["indicators"]:
        each["missing"] = "withhold"
        if each["id"] in "abcd":
            del each["weight"]
    assert "CPN-W21  nodes['service'].options: 'formula' has no options." in refused(
        read_policy(made)
    )


def test_parts_that_may_be_too_low_are_refused():
    """A generalised mean takes no part below 0."""
    text = refused(desk(options={"power": 2}, floor="none"))
    assert text.count("'power-mean' cannot take '") == text.count("CPN-P51") == 2


VALUES = st.none() | st.integers(0, 120)
ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys("abcd", VALUES)), min_size=1, max_size=20).map(
    lambda rows: [ROW, *({"nip": f"p{place:02}", **row} for place, row in enumerate(rows))]
)
CHOICES = st.one_of(
    st.tuples(
        st.just("power-mean"),
        st.fixed_dictionaries({"power": st.sampled_from([2, -1, "1/2", "-3/2", "5/3", 1])}),
    ),
    st.tuples(
        st.just("ordered"),
        st.fixed_dictionaries(
            {"weights_by_order": st.sampled_from([[1, 0], [0, 1], ["1/3", "2/3"], ["1/2", 0, "1/2"]])}
        ),
    ),
)  # fmt: skip


def frame(rows, name):
    return pl.DataFrame(rows, schema={"nip": pl.String, name: pl.Int64})


def relation(rows, name):
    return duckdb.from_arrow(frame(rows, name).to_arrow())


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(CHOICES, ROWS)
def test_every_kind_of_table_gives_the_same_bits(choice, rows):
    """Scores, ledger and explanations, with parts that are missing."""
    policy = desk(method=choice[0], options=choice[1])
    plain = scored(policy, rows)
    for table in (frame, relation):
        other = scored(policy, rows, table)
        assert other.to_json() == plain.to_json()
        assert other.ledger_columns() == plain.ledger_columns()
    for subject in plain.subjects:
        found = plain.explain(subject)
        assert found.score is None or found.total() == found.score


# ---- a stranger's ------------------------------------------------------------------------------


@frozen
class Nothing:
    """No keys."""


TITLE = {"en": "own", "id": "sendiri"}
FIRST = Aggregation("any", TITLE, lambda parts, _weights: parts[0], lambda *_: lit(1))


def plugin(make):
    class Own:
        @hookimpl
        def capaian_methods(self):
            return [ParametricAggregation("own-family", TITLE, Nothing, make)]

    return Own()


def test_a_stranger_s_family_goes_by_its_own_kind():
    """What it returns may be called as it likes; the node without options has all defaults."""
    plan = make_plan(desk(method="own-family"), [plugin(lambda _options: FIRST)])
    assert plan.aggregations["service"].kind == "own-family"
    assert plan.provenance["own-family"].module


def broken(*_):
    raise KeyError("limit")


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (broken, "CPN-G09", "failed in 'make' of the kind 'own-family': KeyError"),
        (lambda _: lit(1), "CPN-G10", "returned a Literal_, not a Aggregation"),
        (lambda _: evolve(FIRST, value=broken), "CPN-G09",
         "failed in 'value' of the kind 'any': KeyError"),
    ],
)  # fmt: skip
def test_a_stranger_s_faults_are_said_with_their_place(make, code, said):
    """Of the family's function and of those of what it returns."""
    with pytest.raises((PolicyError, PluginError)) as caught:
        scored(desk(method="own-family"), [ROW], plugins=[plugin(make)]).to_native()
    (finding,) = caught.value.findings
    assert finding.code == code
    assert said in finding.text()


def test_what_a_family_refuses_passes_through():
    """With its own code, at the place of the options."""

    def strict(_options):
        raise refuse(PolicyError, "No.", "CPN-R11", "spread", given="0")

    text = refused(desk(method="own-family"), [plugin(strict)])
    assert "CPN-R11  nodes['service'].options.spread: spread = 0" in text
