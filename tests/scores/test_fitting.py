"""Fitting a policy to a cohort: what is frozen, what is refused, and that it scores ever after."""

import copy
import json
import tomllib
from decimal import Context, Decimal
from fractions import Fraction

import duckdb
import pandas as pd
import polars as pl
import pytest
from attrs import evolve, frozen

import capaian
from capaian.exact import Cohort
from capaian.exact import ratios as exact_ratios
from capaian.formula import Node
from capaian.plugin import RelativeNormalisation, hookimpl
from capaian.policy import Scale, policy_fingerprint, policy_toml, read_policy, to_document
from capaian.scores.fitting import fit

OFFICE = {
    "id": "league",
    "edition": "2026",
    "in_force": {"from": "2026-01-01"},
    "scale": {"worst": 0, "best": 100},
    "missing": "exclude",
    "subject": "nip",
    "relative": True,
    "weights": "relative",
    "rounding": [{"where": "score", "digits": 2}],
    "indicators": [
        {
            "id": "amount",
            "weight": 2,
            "type": "count-based",
            "table": "work",
            "columns": {"amount": "pages"},
            "measure": {"statistic": "sum", "no_rows": "missing"},
            "normalise": {"method": "min-max", "better": "higher"},
        },
        {
            "id": "done",
            "weight": 1,
            "type": "count-based",
            "table": "work",
            "columns": {"outcome": "state"},
            "measure": {"statistic": "share", "success": ["done"]},
            "minimum": 2,
            "normalise": {
                "method": "z-score",
                "better": "higher",
                "deviation": "population",
                "centre": 60,
                "spread": "12.5",
            },
        },
        {
            "id": "order",
            "weight": 1,
            "type": "count-based",
            "table": "work",
            "columns": {"numerator": "good", "denominator": "pages"},
            "measure": {"statistic": "ratio"},
            "normalise": [
                {"method": "round", "digits": 3},
                {"method": "rank", "better": "lower", "ties": "average", "gives": "share"},
            ],
        },
        {
            "id": "steps",
            "weight": 1,
            "type": "count-based",
            "table": "work",
            "measure": {"statistic": "count", "no_rows": "missing"},
            "normalise": {"method": "percentile", "better": "lower", "steps": 4},
        },
    ],
}
WORK = [
    {"nip": nip, "pages": pages, "good": good, "state": state}
    for nip, pages, good, state in [
        ("a", 3, 1, "done"), ("a", 4, 2, "open"), ("a", 2, 2, "done"), ("b", 9, 3, "done"),
        ("b", 1, 0, "open"), ("c", 5, 5, "done"), ("c", 5, 1, "done"), ("c", 5, 3, "done"),
        ("c", 5, 0, "open"), ("d", 7, 6, "done"),
    ]
]  # fmt: skip
PERIOD = "2026-Q1"
# Of 2/3, 1/2 and 3/4 the squares about the mean, 23/36, are 1, 25 and 16 times 1/36 squared.
DEVIATION = Context(prec=20).divide(Context(prec=60).sqrt(Decimal(14)), Decimal(36))


@pytest.fixture
def league():
    """The document, to be changed."""
    return copy.deepcopy(OFFICE)


def fitted(document=OFFICE, work=WORK, period=PERIOD, **options):
    """The document fitted to the work."""
    return capaian.fit(read_policy(document), {"work": work}, period=period, **options)


def frozen_in(policy, indicator):
    """What is frozen in the last step of an indicator."""
    return next(each for each in policy.indicators if each.id == indicator).normalise[-1].fitted


def refusal(kind, call):
    """The text of the error that a call raises."""
    with pytest.raises(kind) as refused:
        call()
    return refused.value.text()


def test_what_is_found_is_frozen_with_whom_it_was_found_in():
    """Parameters, number of values, period, instant, and who was left out and why."""
    policy = fitted(as_of="2026-04-03T08:00")
    assert policy.edition == "2026+2026-Q1"
    amount = frozen_in(policy, "amount")
    assert (amount.period, amount.as_of) == ("2026-Q1", "2026-04-03T08:00:00")
    assert (amount.n, amount.left_out) == (4, {})
    assert amount.parameters == {"least": 7, "greatest": 20}
    done = frozen_in(policy, "done")  # a 2/3, b 1/2, c 3/4; d has one row only
    assert (done.n, done.left_out) == (3, {"too_few": 1})
    assert done.parameters == {
        "mean": "0.63888888888888888889",
        "deviation": str(DEVIATION),
    }
    order = frozen_in(policy, "order")  # a 5/9, b 3/10, c 9/20, d 6/7, to three decimals
    assert order.parameters == {"values": ["0.3", "0.45", "0.556", "0.857"], "counts": [1, 1, 1, 1]}
    assert frozen_in(policy, "steps").parameters == {"cuts": [4, 3, 2, 1]}


def test_the_cohort_earns_what_the_parameters_say():
    """Achievements by hand, in fractions."""
    scores = capaian.score(fitted(), {"work": WORK}, period=PERIOD)
    why = {subject: {part.id: part for part in scores.explain(subject).parts} for subject in "abcd"}
    assert [why[each]["amount"].achievement for each in "abcd"] == [
        Fraction(200, 13), Fraction(300, 13), 100, 0,
    ]  # fmt: skip
    mean, deviation = Fraction("0.63888888888888888889"), Fraction(DEVIATION)
    assert (
        why["c"]["done"].achievement == 60 + Fraction(25, 2) * (Fraction(3, 4) - mean) / deviation
    )
    assert why["d"]["done"].achievement is None
    assert [why[each]["order"].achievement for each in "abcd"] == [
        Fraction(100, 3), 100, Fraction(200, 3), 0,
    ]  # fmt: skip
    assert [why[each]["steps"].achievement for each in "abcd"] == [50, 75, 25, 100]
    assert [why["a"][each].direction for each in ("amount", "done", "order", "steps")] == [
        "higher", "higher", "lower", "lower",
    ]  # fmt: skip


def frames(work):
    """The same rows as every kind of table."""
    table = pl.DataFrame(work)
    return {
        "polars": table,
        "lazy": table.lazy(),
        "pandas": pd.DataFrame(work),
        "arrow": table.to_arrow(),
        "duckdb": duckdb.from_arrow(table.to_arrow()),
    }


@pytest.mark.parametrize("engine", ["polars", "lazy", "pandas", "arrow", "duckdb"])
def test_every_engine_freezes_the_same(engine):
    """Equal policies, equal fingerprints, and the same scores from them."""
    plain, policy = fitted(), fitted(work=frames(WORK)[engine])
    assert policy == plain
    assert policy_fingerprint(policy) == policy_fingerprint(plain)
    scores = capaian.score(policy, {"work": frames(WORK)[engine]}, period=PERIOD)
    assert scores.to_json() == capaian.score(plain, {"work": WORK}, period=PERIOD).to_json()


def test_what_integers_cannot_say_is_fitted_in_fractions(monkeypatch):
    """Where products may not fit, whole columns are fitted row by row: the same policy."""
    monkeypatch.setattr(exact_ratios, "LIMIT", 2)
    assert fitted(work=frames(WORK)["polars"]) == fitted()


@pytest.mark.parametrize("form", ["toml", "json"])
def test_a_fitted_policy_is_a_document_like_any_other(form, tmp_path):
    """Written, read again: equal, of one fingerprint, and with the same bits in every score."""
    policy = fitted()
    path = tmp_path / f"fitted.{form}"
    text = policy_toml(policy) if form == "toml" else json.dumps(to_document(policy))
    path.write_text(text, encoding="utf-8")
    again = capaian.load_policy(path)
    assert again == policy
    assert policy_fingerprint(again) == policy_fingerprint(policy)
    first, second = (
        capaian.score(each, {"work": WORK}, period=PERIOD).to_json() for each in (policy, again)
    )
    assert first == second
    assert policy_fingerprint(policy) != policy_fingerprint(read_policy(OFFICE))


def test_a_later_period_and_other_subjects_are_held_against_the_same_cohort():
    """Beyond the cohort the line goes on, and floor and cap hold it."""
    policy = fitted()
    later = [
        {"nip": nip, "pages": pages, "good": 1, "state": "done"}
        for nip, pages in [("new", 40), ("new", 1), ("old", 1), ("mid", 13), ("mid", 1)]
    ]
    scores = capaian.score(policy, {"work": later}, period="2026-Q3")
    amounts = {
        subject: next(p for p in scores.explain(subject).parts if p.id == "amount").achievement
        for subject in scores.subjects
    }
    assert amounts == {"new": 100, "old": 0, "mid": Fraction(700, 13)}
    open_ended = copy.deepcopy(OFFICE)
    open_ended["scale"] |= {"floor": "none", "cap": "none"}
    beyond = capaian.score(fitted(open_ended), {"work": later}, period="2026-Q3")
    assert next(p for p in beyond.explain("new").parts if p.id == "amount").achievement == Fraction(
        3400, 13
    )


def test_who_else_is_scored_changes_nobody_s_score():
    """The cohort is frozen: one subject alone has the score that he has among others."""
    policy = fitted()
    together = capaian.score(policy, {"work": WORK}, period=PERIOD)
    for subject, score in zip(together.subjects, together.columns()["score"], strict=True):
        rows = [row for row in WORK if row["nip"] == subject]
        alone = capaian.score(policy, {"work": rows}, period=PERIOD)
        assert alone.columns()["score"] == [score]


def test_a_fitted_policy_can_be_fitted_anew():
    """The earlier fit leaves no trace but the edition's name, which is given once."""
    first = fitted()
    again = capaian.fit(first, {"work": WORK}, period="2026-Q2")
    assert again.edition == "2026+2026-Q2"
    assert again == fitted(period="2026-Q2")
    assert fitted(edition="2026-fitted").edition == "2026-fitted"


def test_the_explanation_says_to_whom_a_value_was_compared():
    """In both languages, with the period and who had no value."""
    why = capaian.score(fitted(), {"work": WORK}, period=PERIOD).explain("a")
    formulas = {part.id: part.formula for part in why.parts}
    assert formulas["done"]["en"].endswith(
        "; distance from the cohort's mean (fitted to 3 subjects of 2026-Q1, 1 without a value)"
    )
    assert formulas["done"]["id"].endswith(
        "; jarak dari rata-rata kelompok (kelompok: 3 pegawai, 2026-Q1; 1 tanpa realisasi)"
    )
    assert "fitted to 4 subjects of 2026-Q1" in " ".join(why.text().split())


def test_the_rounding_of_measured_values_comes_before_the_fit(league):
    """What is compared is what is compared with: the rounded value."""
    league["rounding"].append({"where": "measured", "digits": 1, "of": ["done"]})
    league["indicators"][1]["normalise"] = {"method": "min-max", "better": "higher"}
    policy = fitted(league)
    assert frozen_in(policy, "done").parameters == {"least": "0.5", "greatest": "0.8"}
    assert policy == fitted(league, frames(WORK)["polars"])


def test_the_roster_says_who_is_in_the_cohort_and_exposure_what_is_compared(league):
    """Who has no row is counted as left out, strangers do not count, and days in post pro-rate."""
    league["subjects"] = {"table": "staff"}
    league["indicators"] = [league["indicators"][3]]
    league["indicators"][0]["exposure"] = {"table": "posts", "days": "days", "full": 60}
    league["indicators"][0]["normalise"] = {"method": "min-max", "better": "higher"}
    tables = {
        "work": WORK,
        "staff": [{"nip": nip} for nip in "abcxy"],
        "posts": [
            {"nip": nip, "days": days}
            for nip, days in [("a", 60), ("b", 20), ("c", 45), ("x", 60), ("y", 0), ("d", 1)]
        ],
    }
    policy = capaian.fit(read_policy(league), tables, period=PERIOD)
    found = frozen_in(policy, "steps")  # 3 in 60 days, 2 in 20, 4 in 45; x has no row, y no day
    assert found.parameters == {"least": 3, "greatest": 6}
    assert (found.n, found.left_out) == (3, {"no_evidence": 1, "no_exposure": 1})
    whole = {name: pl.DataFrame(rows) for name, rows in tables.items()}
    assert capaian.fit(read_policy(league), whole, period=PERIOD) == policy


def test_a_lever_finds_the_step_that_reaches_the_next_band(league):
    """What it takes is the least number of rows that is worth enough, by the cohort's cuts."""
    league["indicators"] = [league["indicators"][3]]
    league["indicators"][0]["normalise"] = {"method": "percentile", "better": "higher", "steps": 4}
    league["bands"] = [
        {"id": "low", "below": 60},
        {"id": "middle", "from": 60, "below": 90},
        {"id": "high", "from": 90},
    ]
    scores = capaian.score(fitted(league), {"work": WORK}, period=PERIOD)
    why = scores.explain("d")  # one row, one step: 25; three rows are worth 75
    assert (why.band, why.score, why.next_band) == ("low", 25, "middle")
    assert [(lever.now, lever.measured) for lever in why.levers] == [(1, 3)]


def test_one_relative_method_may_follow_another(league):
    """The second is fitted to what the first makes of the cohort."""
    league["indicators"] = league["indicators"][:1]
    league["indicators"][0]["normalise"] = [
        {"method": "min-max", "better": "higher"},
        {"method": "percentile", "better": "higher", "steps": 2},
    ]
    policy = fitted(league)
    first, second = policy.indicators[0].normalise
    assert first.fitted.parameters == {"least": 7, "greatest": 20}
    assert second.fitted.parameters == {"cuts": ["200/13", 100]}
    assert policy == fitted(league, frames(WORK)["polars"])


UNFITTED = """\
  CPN-R03  indicators['{id}'].normalise{index}: '{method}' compares with a cohort and has not been \
fitted to one.
           to fix: call capaian.fit(policy, evidence, period=...) or `capaian fit` for the \
cohort's period, and score with the policy that it returns."""


def test_an_unfitted_policy_is_not_scored_with():
    """All indicators at once, each with its method and what to do; `check` says the same."""
    policy = read_policy(OFFICE)
    steps = [
        ("amount", "", "min-max"), ("done", "", "z-score"), ("order", "[1]", "rank"),
        ("steps", "", "percentile"),
    ]  # fmt: skip
    lines = [UNFITTED.format(id=name, index=index, method=kind) for name, index, kind in steps]
    text = refusal(
        capaian.PolicyError, lambda: capaian.score(policy, {"work": WORK}, period=PERIOD)
    )
    headline = "4 problems in the policy 'league'; nothing was scored."
    assert text == "\n".join([headline, *lines])
    found = capaian.check(policy, {"work": WORK}, period=PERIOD)
    assert [each.code for each in found] == ["CPN-R03"] * 4


def test_a_policy_with_a_relative_method_says_that_it_is_relative(league):
    """Whoever reads its head knows that scores depend on a cohort; fitting tells it too."""
    del league["relative"]
    league["indicators"] = league["indicators"][:1]
    text = (
        "1 problem in the policy 'league'; nothing was scored.\n"
        "  CPN-R01  indicators['amount'].normalise.method: 'min-max' compares a subject with a"
        " cohort, and the policy does not say that it is relative.\n"
        "           to fix: add relative = true to the policy, or use a method with a fixed target."
    )
    assert refusal(capaian.PolicyError, lambda: fitted(league)) == text
    unfitted = UNFITTED.format(id="amount", index="", method="min-max")
    scored = refusal(
        capaian.PolicyError,
        lambda: capaian.score(read_policy(league), {"work": WORK}, period=PERIOD),
    )
    assert scored == text.replace("1 problem", "2 problems") + "\n" + unfitted


def test_a_policy_that_says_that_it_is_relative_has_a_relative_method(league):
    """A word that means nothing is refused."""
    league["indicators"] = league["indicators"][:1]
    league["indicators"][0]["normalise"] = {"method": "goalposts", "worst": 0, "best": 9}
    text = (
        "1 problem in the policy 'league'; nothing was scored.\n"
        "  CPN-R02  relative: the policy says that it is relative, and none of its methods compares"
        " subjects.\n"
        "           to fix: remove relative = true, or use one of min-max, z-score, rank,"
        " percentile, reference, mean-band, distance-to-target."
    )
    score = lambda: capaian.score(read_policy(league), {"work": WORK}, period=PERIOD)  # noqa: E731
    assert refusal(capaian.PolicyError, score) == text
    assert refusal(capaian.PolicyError, lambda: fitted(league)) == text


def test_a_policy_without_a_relative_method_is_not_fitted(league):
    """There is nothing to find."""
    del league["relative"]
    league["indicators"] = league["indicators"][:1]
    league["indicators"][0]["normalise"] = {"method": "goalposts", "worst": 0, "best": 9}
    assert refusal(capaian.PolicyError, lambda: fitted(league)) == (
        "The policy 'league' cannot be fitted; nothing was frozen.\n"
        "  CPN-R09  indicators: the policy has no method that compares with a cohort: there is"
        " nothing to fit.\n"
        "           to fix: score with it as it is."
    )


def test_what_is_frozen_stands_only_where_it_means_something(league):
    """A table `fitted` under an ordinary method is refused, and a malformed one where it stands."""
    league["indicators"] = league["indicators"][:1]
    fit_of = {"period": "2026-Q1", "as_of": "2026-04-01", "n": 4, "parameters": {"least": 1}}
    league["indicators"][0]["normalise"] = {
        "method": "goalposts", "worst": 0, "best": 9, "fitted": fit_of,
    }  # fmt: skip
    del league["relative"]
    policy = read_policy(league)
    score = lambda: capaian.score(policy, {"work": WORK}, period=PERIOD)  # noqa: E731
    assert refusal(capaian.PolicyError, score) == (
        "1 problem in the policy 'league'; nothing was scored.\n"
        "  CPN-R04  indicators['amount'].normalise.fitted: 'goalposts' compares with no cohort, so"
        " that 'fitted' means nothing here.\n"
        "           to fix: remove the table 'fitted'."
    )
    league["indicators"][0]["normalise"]["fitted"] = {"period": 1, "n": "x", "parameters": {}}
    with pytest.raises(capaian.PolicyError) as refused:
        read_policy(league)
    assert [(each.code, each.where) for each in refused.value.findings] == [
        ("CPN-P04", "indicators['amount'].normalise.fitted.period"),
        ("CPN-P02", "indicators['amount'].normalise.fitted"),
        ("CPN-P04", "indicators['amount'].normalise.fitted.n"),
    ]


def test_parameters_are_read_as_strictly_as_options(league):
    """A misspelt or missing figure is told with its place, before anything is scored."""
    league["indicators"] = league["indicators"][:1]
    policy = fitted(league)
    step = policy.indicators[0].normalise[0]
    changed = evolve(step, fitted=evolve(step.fitted, parameters={"leest": 7, "greatest": "x"}))
    indicator = evolve(policy.indicators[0], normalise=(changed,))
    broken = evolve(policy, indicators=(indicator,))
    text = refusal(
        capaian.PolicyError, lambda: capaian.score(broken, {"work": WORK}, period=PERIOD)
    )
    place = "indicators['amount'].normalise.fitted.parameters"
    assert text.splitlines()[1::2] == [
        f"  CPN-P01  {place}: unknown key 'leest'. Did you mean 'least'?",
        f"  CPN-P02  {place}: 'least' is missing.",
        f"  CPN-P04  {place}.greatest: it is 'x', not a number.",
    ]


def test_a_cohort_of_one_is_none(league):
    """Fewer than two values, however many subjects there are; all indicators at once."""
    league["indicators"] = league["indicators"][:2]
    for work in (WORK[:3], frames(WORK[:3])["polars"]):
        assert refusal(capaian.EvidenceError, lambda: fitted(league, work)) == (  # noqa: B023
            "2 problems in the cohort; nothing was frozen.\n"
            "  CPN-R05  indicators['amount'].normalise: a cohort needs two subjects with a"
            " measured value; this one has 1, and 0 without.\n"
            "           to fix: fit to a period with more evidence, or use a method with a fixed"
            " target.\n"
            "  CPN-R05  indicators['done'].normalise: a cohort needs two subjects with a"
            " measured value; this one has 1, and 0 without.\n"
            "           to fix: fit to a period with more evidence, or use a method with a fixed"
            " target."
        )


def test_a_cohort_of_equals_is_refused_where_it_stands(league):
    """The indicator and the method, with the values counted."""
    league["indicators"] = [league["indicators"][2]]
    work = [{**row, "good": row["pages"]} for row in WORK]
    assert refusal(capaian.EvidenceError, lambda: fitted(league, work)) == (
        "1 problem in the cohort; nothing was frozen.\n"
        "  CPN-R06  indicators['order'].normalise[1]: all 4 values of the cohort are equal: 'rank'"
        " cannot tell better from worse.\n"
        "           to fix: fit to a period in which they differ, or use a method with a fixed"
        " target."
    )


@pytest.mark.parametrize("edition", ["2026", " "])
def test_two_rules_do_not_share_a_name(edition):
    """The fitted edition is another rule than the unfitted one."""
    assert refusal(capaian.PolicyError, lambda: fitted(edition=edition)) == (
        "Nothing was frozen.\n"
        "  CPN-R12  edition: the fitted policy needs a name of its own, and its edition would be"
        " '2026' like the other.\n"
        "           to fix: give another edition, or leave it out."
    )


def test_faults_of_policy_period_and_evidence_are_those_of_scoring(league):
    """Fitting measures like scoring does, and refuses like it."""
    with pytest.raises(capaian.PeriodError) as refused:
        fitted(period="2025-Q1")
    assert refused.value.code == "CPN-D10"
    with pytest.raises(capaian.EvidenceError) as refused:
        capaian.fit(read_policy(OFFICE), {}, period=PERIOD)
    assert refused.value.code == "CPN-E50"
    league["indicators"][3]["normalise"]["steps"] = 0
    with pytest.raises(capaian.PolicyError) as refused:
        fitted(league)
    assert [(each.code, each.where) for each in refused.value.findings] == [
        ("CPN-R08", "indicators['steps'].normalise.steps")
    ]


def test_a_policy_may_be_named_by_its_path(tmp_path):
    """As for `score`."""
    path = tmp_path / "league.json"
    path.write_text(json.dumps(OFFICE), encoding="utf-8")
    assert fit(path, {"work": WORK}, period=PERIOD) == fitted()


@frozen
class AboveOptions:
    """Options of the plugin below."""

    worth: Fraction


@frozen
class AboveParameters:
    """What it is fitted to."""

    median: Fraction


class Above:
    """A stranger's relative method: what lies above the cohort's median is worth more."""

    __name__ = "above"

    @hookimpl
    def capaian_methods(self):
        """The one method."""

        def find(options: AboveOptions, cohort: Cohort) -> AboveParameters:
            del options
            return AboveParameters(*cohort.at([(cohort.n + 1) // 2]))

        def build(
            options: AboveOptions, parameters: AboveParameters, scale: Scale, x: Node
        ) -> Node:
            return scale.worst + (x - parameters.median) * options.worth

        title = {"en": "above the median", "id": "di atas median"}
        return [
            RelativeNormalisation(
                "above", title, AboveOptions, AboveParameters, find, build, lambda _: "higher"
            )
        ]


@pytest.mark.parametrize("engine", ["records", "polars"])
def test_a_stranger_s_relative_method_works_like_ours(league, engine):
    """Options and parameters are read strictly, the figures are exact, the document carries them."""
    league["indicators"] = league["indicators"][:1]
    league["indicators"][0]["normalise"] = {"method": "above", "worth": 3}
    work = WORK if engine == "records" else frames(WORK)["polars"]
    policy = fitted(league, work, plugins=[Above()])
    assert frozen_in(policy, "amount").parameters == {"median": 9}
    assert read_policy(tomllib.loads(policy_toml(policy), parse_float=Decimal)) == policy
    scores = capaian.score(policy, {"work": work}, period=PERIOD, plugins=[Above()])
    assert scores.columns()["score"] == [0.0, 3.0, 33.0, 0.0]


@pytest.mark.parametrize(
    "method",
    [
        {"method": "min-max", "better": "higher"},
        {
            "method": "z-score",
            "better": "higher",
            "deviation": "sample",
            "centre": 60,
            "spread": 10,
        },
        {"method": "rank", "better": "lower", "ties": "average", "gives": "share"},
        {"method": "percentile", "better": "lower", "steps": 3},
    ],
)
def test_a_cohort_of_single_rows_is_what_it_is_in_records(league, method):
    """Each relative method, of a frame whose ends are known without looking at its values."""
    (amount,) = (each for each in league["indicators"] if each["id"] == "amount")
    league["indicators"] = [{**amount, "normalise": method}]
    work = [{"nip": nip, "pages": pages} for nip, pages in enumerate([7, 3, 9, 3, 12, 5])]
    assert fitted(league, pl.DataFrame(work)) == fitted(league, work)
