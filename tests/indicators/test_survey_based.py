"""Survey-based indicators: published figures, which forms count, states and laws."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capaian.errors import Finding
from capaian.exact import round_ratio
from capaian.formula import Moment, words
from capaian.indicator import ColumnRef
from capaian.indicators.survey_based import SurveyOptions, build
from capaian.plugin import ColumnNeed, Measure

MOMENT = Moment(datetime(2027, 1, 1), datetime(2026, 1, 1), datetime(2027, 1, 1))
NINE = tuple(f"u{number}" for number in range(1, 10))
LAW = settings(max_examples=100, deadline=None)


def survey(statistic: str, items: Any = ("a", "b"), scale: tuple[int, int] = (1, 4), **more: Any):
    """Return the options of a survey."""
    return SurveyOptions(items, scale[0], scale[1], statistic, **more)


@pytest.fixture(scope="module")
def make(indicator):
    """Return the function that builds the measure of some options."""

    def function(options: SurveyOptions, columns: Any = None, **more: Any) -> Measure:
        return build(options, indicator("survey-based", columns, **more))

    return function


def forms_of(totals: list[int], count: int, items: tuple[str, ...] = NINE) -> list[dict[str, int]]:
    """Return that many forms with these totals, every answer from 1 to 4."""
    rows: list[dict[str, int]] = [{} for _ in range(count)]
    for item, total in zip(items, totals, strict=True):
        whole, more = divmod(total, count)
        for index, row in enumerate(rows):
            row[item] = whole + (index < more)
    return rows


def case_of(golden, name: str) -> dict[str, Any]:
    """Return one golden case."""
    return next(each for each in golden("survey_cases.json") if each["id"] == name)


# --- the IKM --------------------------------------------------------------------------------------


def test_the_ikm_of_a_published_survey(golden, make, measured):
    """S01: nine totals of 29 forms are 91.4751; the published 90.56 is the weight 0.11."""
    given_, wanted = (case_of(golden, "S01")[key] for key in ("input", "expected"))
    rows = forms_of(given_["element_totals"], given_["respondents"])
    result = measured(make(survey("ikm", NINE)), rows, MOMENT)
    assert result.value == Fraction(sum(given_["element_totals"]) * 25, 29 * 9)
    assert float(result.value) == pytest.approx(wanted["index_25_100"], abs=1e-6)
    assert float(result.value / 25) == pytest.approx(wanted["index_raw"], abs=1e-6)
    assert result.n == 29
    wrong = measured(make(survey("ikm", NINE, weight="0.11")), rows, MOMENT)
    assert round_ratio(wrong.value, 2, "half-up") == Fraction("90.56")


def test_a_perfect_unit_is_100_and_with_the_printed_weight_99(golden, make, measured):
    """S02: what the weight 0.11 costs."""
    wanted = case_of(golden, "S02")["expected"]
    rows = forms_of([4] * 9, 1)
    assert measured(make(survey("ikm", NINE)), rows, MOMENT).value == wanted["exact"]
    printed = measured(make(survey("ikm", NINE, weight="0.11")), rows, MOMENT)
    assert printed.value == wanted["rounded_weight"]


def test_every_regulation_case_that_the_measure_can_say(golden, make, measured):
    """PermenPANRB 14/2017: indices, means of elements and the weight's cost, to the digit."""
    ran = 0
    for each in golden("skm_cases.json"):
        given_, wanted, tolerance = each["input"], each["expected"], each.get("tolerance", 0)
        rule = each["rule"].removeprefix("permenpanrb-14-2017/")
        if rule == "nrr":
            item = given_["unsur"].lower()
            rows = forms_of([given_["total"]], given_["responden"], (item,))
            options = survey("mean_of_items", (item,))
            value, figure = measured(make(options), rows, MOMENT).value, wanted["nrr"]
        elif rule in {"skm-index", "skm-weight-sensitivity"}:
            weight = None if given_["bobot"] == "1/9" else given_["bobot"]
            if rule == "skm-index":
                rows = forms_of(given_["total_per_unsur"], given_["responden"])
            else:
                mean = Fraction(str(given_["nrr_all_nine"]))
                count = mean.denominator
                rows = forms_of([int(mean * count)] * 9, count)
            options = survey("ikm", NINE, weight=weight)
            value, figure = measured(make(options), rows, MOMENT).value, wanted["ikm"]
        else:  # grades and sample sizes are the pack's
            assert rule in {"skm-grade", "sample-size"}
            continue
        assert abs(value - Fraction(str(figure))) <= Fraction(str(tolerance)), each["id"]
        ran += 1
    assert ran == 17


def test_a_missing_answer_is_not_a_zero(make, measured):
    """An element's mean is over those who answered it; the gap is counted beside it."""
    rows = [{"a": 4, "b": 4}, {"a": 4, "b": None}, {"a": None, "b": None}]
    result = measured(make(survey("ikm")), rows, MOMENT)
    assert (result.value, result.n) == (100, 2)
    flow = {
        key: result.figures[key] for key in ("forms", "respondents", "incomplete", "unanswered")
    }
    assert flow == {"forms": 3, "respondents": 2, "incomplete": 1, "unanswered": 1}
    assert (result.figures["item_1_answers"], result.figures["item_2_answers"]) == (2, 1)


# --- top box, net promoter, mean of items ---------------------------------------------------------


@pytest.mark.parametrize("name", ["S04", "S05", "S06"])
def test_top_box_shares(golden, make, measured, name):
    """34 of 50, 10 of 10 and 0 of 12 with answers 1 to 4 of which 4 is on top."""
    given_, wanted = (case_of(golden, name)[key] for key in ("input", "expected"))
    rows = [{"a": 4 if index < given_["successes"] else 3} for index in range(given_["n"])]
    result = measured(make(survey("top_box", ("a",), top=4)), rows, MOMENT)
    assert result.value == Fraction(str(wanted["p"]))
    assert (result.figures["top"], result.figures["answers"]) == (given_["successes"], given_["n"])


def test_bounds_of_a_share_with_non_response(golden, make, measured):
    """S19: 34 of 40 who answered, of 100 invited: 85 %, and anything from 34 % to 94 %."""
    given_, wanted = (case_of(golden, "S19")[key] for key in ("input", "expected"))
    rows: list[dict[str, int | None]] = [{"a": 4}] * given_["satisfied"]
    rows += [{"a": 1}] * (given_["answered"] - given_["satisfied"])
    rows += [{"a": None}] * (given_["invited"] - given_["answered"])
    share, lower, upper = (
        measured(make(survey("top_box", ("a",), top=3, bound=bound)), rows, MOMENT)
        for bound in (None, "lower", "upper")
    )
    assert float(share.value) == wanted["respondent_share"]
    assert [float(lower.value), float(upper.value)] == wanted["worst_case_bounds"]
    assert (share.n, share.figures["incomplete"]) == (40, 60)


def test_net_promoters_less_detractors(make, measured):
    """Five promoters, three passive, two detractors: 30."""
    rows = [{"q": answer} for answer in (10, 9, 9, 9, 10, 7, 8, 8, 6, 0)]
    options = survey("net_promoter", ("q",), (0, 10), promoters_from=9, detractors_to=6)
    result = measured(make(options), rows, MOMENT)
    assert (result.value, result.figures["promoters"], result.figures["detractors"]) == (30, 5, 2)


def test_rescaling_to_100_is_not_times_25(make, measured):
    """All answers 1 of 1 to 4: 0 on the scale to 100, 25 in the IKM."""
    rows = [{"a": 1, "b": 1}]
    to_100 = survey("mean_of_items", rescale="to_100")
    assert measured(make(to_100), rows, MOMENT).value == 0
    assert measured(make(survey("ikm")), rows, MOMENT).value == 25
    assert measured(make(survey("mean_of_items")), rows, MOMENT).value == 1


# --- which forms count ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answered", "respondents", "value"),
    [(1, 3, Fraction(13, 6)), ("half", 2, Fraction(3, 2)), ("all", 1, Fraction(1)), (3, 1, 1)],
)
def test_a_form_counts_if_it_answers_enough(make, measured, answered, respondents, value):
    """One, two and three of three items answered: `half` is two, `all` is three."""
    rows = [{"a": 4, "b": None, "c": None}, {"a": 2, "b": 2, "c": None}, {"a": 1, "b": 1, "c": 1}]
    options = survey("mean_of_items", ("a", "b", "c"), answered=answered)
    result = measured(make(options), rows, MOMENT)
    means = {1: Fraction(7, 3) + Fraction(3, 2) + 1, "half": Fraction(3, 2) * 2 + 1}
    expected = means[answered] / 3 if answered in means else value
    assert (result.n, result.value) == (respondents, expected)
    assert result.figures["incomplete"] == 3 - respondents


def test_too_few_forms_and_none_are_states(make, measured):
    """Nobody answered: no evidence. Fewer than the minimum: too few. Never a score of zero."""
    measure = make(survey("ikm"), minimum=3)
    assert measured(measure, [], MOMENT).status == "no_evidence"
    assert measured(measure, [{"a": None, "b": None}], MOMENT).status == "no_evidence"
    assert measured(measure, [{"a": 4, "b": 4}] * 2, MOMENT).status == "too_few"
    assert measured(measure, [{"a": 4, "b": 4}] * 3, MOMENT).status == "ok"
    gap = measured(make(survey("ikm")), [{"a": 4, "b": None}], MOMENT)
    assert gap.status == "no_evidence", "an item that nobody answered has no mean"


def test_answers_off_the_scale_break_their_items_check(make, measured):
    """Five and nought on a scale of 1 to 4; an empty answer breaks nothing."""
    measure = make(survey("ikm"), {"a": "element_1"})
    result = measured(measure, [{"a": 5, "b": 2}, {"a": None, "b": 0}], MOMENT)
    assert result.broken == {"CPN-E32": 1}
    assert [(check.values["column"]) for check in measure.checks] == ["element_1", "b"]
    finding = Finding("CPN-E32", "survey", {"rows": 1, "of": 2, **measure.checks[0].values})
    assert finding.line() == (
        "  CPN-E32  survey: 'element_1' is off the answer scale 1 to 4 in 1 of 2 rows.\n"
        "           to fix: correct the answers, or the scale ('lowest', 'highest'); leave the cell"
        " empty where nobody answered."
    )


def test_items_are_roles_and_dates_are_optional(make):
    """An item is a role of its own name; a date is read only if the policy maps one."""
    measure = make(survey("ikm"), {"date": ColumnRef("filled_in")})
    assert measure.dated == "date"
    assert measure.columns == (
        ColumnNeed("date", "stamp"),
        ColumnNeed("a", "integer", nullable=True),
        ColumnNeed("b", "integer", nullable=True),
    )
    assert make(survey("ikm")).dated == ""


# --- laws -----------------------------------------------------------------------------------------

ANSWER = st.one_of(st.none(), st.integers(1, 4))
FORMS = st.lists(st.fixed_dictionaries({"a": ANSWER, "b": ANSWER, "c": ANSWER}), max_size=20)
ITEMS = ("a", "b", "c")


@LAW
@given(FORMS, st.sampled_from([1, "half", "all"]), st.randoms())
def test_every_statistic_agrees_with_plain_python(make, measured, forms, answered, shuffle):
    """Forms that count, means by item, shares of answers; the same whatever the order."""
    least = {1: 1, "half": 2, "all": 3}[answered]
    used = [form for form in forms if sum(value is not None for value in form.values()) >= least]
    by_item = [[form[item] for form in used if form[item] is not None] for item in ITEMS]
    means = [Fraction(sum(each), len(each)) for each in by_item if each]
    answers = [value for each in by_item for value in each]
    shuffled = list(forms)
    shuffle.shuffle(shuffled)
    known = bool(used) and len(means) == 3
    mean = measured(make(survey("mean_of_items", ITEMS, answered=answered)), shuffled, MOMENT)
    assert mean.value == (sum(means) / 3 if known else None)
    to_100 = survey("mean_of_items", ITEMS, answered=answered, rescale="to_100")
    rescaled = measured(make(to_100), forms, MOMENT)
    assert rescaled.value == (100 * (sum(means) / 3 - 1) / 3 if known else None)
    ikm = measured(make(survey("ikm", ITEMS, answered=answered)), forms, MOMENT)
    assert ikm.value == (mean.value * 25 if known else None)
    assert (mean.n, mean.figures["incomplete"]) == (len(used), len(forms) - len(used))
    assert mean.figures["unanswered"] == 3 * len(used) - len(answers)
    top = measured(make(survey("top_box", ITEMS, answered=answered, top=3)), shuffled, MOMENT)
    tops = sum(value >= 3 for value in answers)
    assert top.value == (Fraction(tops, len(answers)) if used else None)
    bounds = [
        measured(
            make(survey("top_box", ITEMS, answered=answered, top=3, bound=bound)), forms, MOMENT
        )
        for bound in ("lower", "upper")
    ]
    if used:
        possible = 3 * len(forms)
        assert bounds[0].value == Fraction(tops, possible)
        assert bounds[1].value == Fraction(tops + possible - len(answers), possible)
        assert bounds[0].value <= top.value <= bounds[1].value


@LAW
@given(FORMS)
def test_sums_of_squares_are_those_of_the_forms(make, measured, forms):
    """What an interval will need: by item, over complete forms, and over forms for top answers."""
    figures = measured(make(survey("mean_of_items", ITEMS)), forms, MOMENT).figures
    for index, item in enumerate(ITEMS):
        values = [form[item] for form in forms if form[item] is not None]
        assert figures[f"item_{index + 1}_answers"] == len(values)
        assert figures[f"item_{index + 1}_sum"] == sum(values)
        assert figures[f"item_{index + 1}_squares"] == sum(value**2 for value in values)
    totals = [sum(form.values()) for form in forms if None not in form.values()]
    assert figures["complete"] == len(totals)
    assert figures["complete_sum"] == sum(totals)
    assert figures["complete_squares"] == sum(each**2 for each in totals)
    figures = measured(make(survey("top_box", ITEMS, top=4)), forms, MOMENT).figures
    pairs = [
        (
            sum(value == 4 for value in form.values()),
            sum(value is not None for value in form.values()),
        )
        for form in forms
    ]
    assert figures["top_squares"] == sum(top * top for top, _ in pairs)
    assert figures["answers_squares"] == sum(given_ * given_ for _, given_ in pairs)
    assert figures["top_answers"] == sum(top * given_ for top, given_ in pairs)


@LAW
@given(st.lists(st.integers(0, 10), max_size=30))
def test_a_net_promoter_score_is_between_minus_100_and_100(make, measured, answers):
    """100 (P - D) / n by counting, and nothing for nobody."""
    options = survey("net_promoter", ("q",), (0, 10), promoters_from=9, detractors_to=6)
    result = measured(make(options), [{"q": each} for each in answers], MOMENT)
    net = sum(each >= 9 for each in answers) - sum(each <= 6 for each in answers)
    assert result.value == (Fraction(100 * net, len(answers)) if answers else None)
    assert result.value is None or -100 <= result.value <= 100


def test_the_formula_reads_in_words(make):
    """An explanation shows the measure."""
    measure = make(survey("ikm"), minimum=1)
    said = words(measure.value, "en", {"a": "u1", "b": "u2"})
    assert "sum of u1 ÷ " in said
    assert "u2 is known" in said
    assert said.endswith("× 0.5) × 25")
