"""The golden cases of surveys, times and counts, by public functions; wrong answers are not given.

A case holds what a naive method gives beside what is right. Of the naive figures it is only shown
that nothing here gives them.
"""

from datetime import date, datetime, timedelta
from fractions import Fraction

import numpy as np
import pytest

import capaian
from analysis.cases import MEASUREMENT, assert_close
from capaian.analysis.estimation.counts import (
    case_mix,
    dispersion,
    exact_poisson,
    ratio_of_sums,
    reaches,
    two_rates,
)
from capaian.analysis.estimation.curves import curves
from capaian.analysis.estimation.design import weighted_mean
from capaian.analysis.estimation.means import bootstrap_mean, finite_population
from capaian.analysis.estimation.proportion import clopper_pearson, wilson
from capaian.analysis.estimation.reliability import between
from capaian.analysis.estimation.survey import post_stratified, share_bounds
from capaian.analysis.estimation.survival import quantile, share_ended
from capaian.analysis.estimation.within import share_within
from capaian.band import band_of
from capaian.exact import round_ratio
from capaian.policy import read_policy
from capaian.workcalendar import Week, build_calendar, load_calendar
from small_office import OFFICE

RUN = {
    "C01", "C03", "C04", "C05", "C08", "C09", "C10",
    "S01", "S02", "S03", "S04", "S05", "S06", "S09", "S12", "S13", "S14", "S19", "S20", "S22", "S24",
    "T02", "T03", "T04", "T06", "T08", "T09", "T10", "T11",
}  # fmt: skip
NOT_RUN = {
    "S17": "suspicious forms are a matter of data quality, not of estimation",
    "S18": "suspicious forms are a matter of data quality, not of estimation",
}


def of(name):
    """Return the input, what is expected, and within which tolerance."""
    case = MEASUREMENT[name]
    return case["input"], case["expected"], case["tolerance"]


def pair(ends, times=1.0):
    """Return the ends of one interval as a list."""
    return [float(np.ravel(each)[0]) * times for each in ends]


def test_every_case_of_the_topic_is_listed():
    topics = {"survey", "time", "count"}
    assert RUN | set(NOT_RUN) == {
        name for name, case in MEASUREMENT.items() if case["topic"] in topics
    }


# ---- counts --------------------------------------------------------------------------------------


def test_a_ratio_to_a_target():
    given, wanted, within = of("C01")
    found = {
        "ratio": given["observed"] / given["target"],
        "ci95": pair(exact_poisson(given["observed"]), 1 / given["target"]),
        "p_true_rate_reaches_target": float(reaches(given["observed"], given["target"])),
    }
    assert_close(found, wanted, within)


def test_exact_poisson_intervals():
    given, wanted, within = of("C03")
    low, high = exact_poisson(given["observed"])
    assert_close(np.stack([low, high], axis=1).tolist(), wanted["ci95"], within)


def test_a_rate_with_exposure():
    given, wanted, within = of("C04")
    ends = pair(exact_poisson(given["observed"]), 1 / given["years_in_post"])
    rate = given["observed"] / given["years_in_post"]
    assert_close({"rate": rate, "ci95": ends}, wanted, within)


def test_the_mix_of_cases():
    given, wanted, within = of("C05")
    overall = wanted["reference_overall"]  # of the reference's own cases, which the case has not
    found = case_mix(
        given["cases_by_complexity"],
        given["reference_completion_rate"],
        given["completed"],
        overall,
    )
    assert_close(
        {
            "expected": found.expected,
            "ratio": found.ratio,
            "standardised_rate": found.standardised,
            "reference_overall": overall,
        },
        wanted,
        within,
    )


def test_the_ratio_of_sums_is_not_the_mean_of_ratios():
    given, wanted, within = of("C08")
    done, target = ([each[key] for each in given["quarters"]] for key in ("done", "target"))
    found = float(ratio_of_sums(done, target))
    assert_close(found, wanted["ratio_of_sums"], within)
    assert found < wanted["mean_of_ratios_wrong"] - 0.3


def test_two_rates():
    given, wanted, within = of("C09")
    found = two_rates(*zip(given["counts"], given["exposure"], strict=True))
    assert_close({"rate_ratio": found.ratio, "p_exact_conditional": found.p}, wanted, within)


def test_over_dispersion():
    given, wanted, within = of("C10")
    found = dispersion(given["counts"])
    names = {"mean": found.rate, "phi": found.phi, "share_outside_poisson_95": found.outside}
    assert_close(names, wanted, within)


# ---- surveys -------------------------------------------------------------------------------------


def ikm(rows, **more):
    """Return the IKM of forms by a policy, over nine elements, as published."""
    items = [f"u{at}" for at in range(1, 10)]
    measure = {"statistic": "ikm", "items": items, "lowest": 1, "highest": 4, **more}
    indicator = {
        "id": "ikm", "type": "survey-based", "table": "survey", "measure": measure,
        "normalise": {"method": "identity"},
    }  # fmt: skip
    scale = {"worst": 25, "best": 100, "floor": 0}
    made = {**OFFICE, "nodes": [], "indicators": [indicator], "scale": scale}
    scores = capaian.score(read_policy(made), {"survey": rows}, period="2026", as_of="2027-01-01")
    ledger = scores.ledger_columns()
    return Fraction(ledger["numerator"][0], ledger["denominator"][0])


def forms(totals, count):
    """Return so many forms whose answers have these totals."""
    rows = []
    for at in range(count):
        answers = {f"u{e + 1}": t // count + (at < t % count) for e, t in enumerate(totals)}
        rows.append({"nip": "a", **answers})
    return rows


def test_the_satisfaction_index():
    given, wanted, within = of("S01")
    found = ikm(forms(given["element_totals"], given["respondents"]))
    bands = capaian.load_policy("skm/2017").bands
    band = band_of(round_ratio(found, 2, "half-up"), bands, False, {}).id
    names = {"index_raw": float(found) / 25, "index_25_100": float(found), "band": band}
    assert_close(names, wanted, within)
    assert abs(found - Fraction("90.56")) > Fraction(1, 2)


def test_a_perfect_unit():
    given, wanted, within = of("S02")
    perfect = forms([4 * 10] * 9, 10)
    found = {"exact": float(ikm(perfect)), "rounded_weight": float(ikm(perfect, weight="0.11"))}
    assert given["rounded_weight"] == 0.11
    assert_close(found, wanted, within)


def test_a_score_between_printed_bands():
    given, wanted, _ = of("S03")
    index = Fraction(str(given["index"]))
    bands = capaian.load_policy("skm/2017").bands
    rounded = band_of(round_ratio(index, 2, "half-up"), bands, False, {})
    assert rounded.id == wanted["round_half_up_2dp_then_band"]
    # By the lower ends alone, unrounded, as the case has them.
    low = {name: Fraction(str(bound)) for name, bound in given["lower_bounds"].items()}
    reached = max((bound, name) for name, bound in low.items() if bound <= index)
    assert reached[1] == wanted["unrounded_half_open"]
    assert band_of(Fraction("76.60"), bands, False, {}).id == "C"


@pytest.mark.parametrize("name", ["S04", "S05", "S06"])
def test_top_boxes(name):
    given, wanted, within = of(name)
    k, n = given["successes"], given["n"]
    found = {
        "p": k / n,
        "wilson": pair(wilson(k, n, given["level"])),
        "clopper_pearson": pair(clopper_pearson(k, n, given["level"])),
    }
    assert_close(found, wanted, within)
    assert found["wilson"][0] < found["wilson"][1]


def test_a_finite_population():
    given, wanted, within = of("S09")
    plain = given["sd"] / np.sqrt(given["n"])
    left = float(finite_population(given["n"], given["N"]))
    assert_close({"se_srs": plain, "fpc": left, "se_fpc": plain * left}, wanted, within)


def design(given):
    return {
        "weights": given["weight"],
        "strata": given.get("stratum", ["A"] * 6 + ["B"] * 4),
    }


def test_a_survey_with_strata():
    given, wanted, within = of("S12")
    sizes = [given["stratum_size"][each] for each in given["stratum"]]
    plain = weighted_mean(given["y"], **design(given))
    finite = weighted_mean(given["y"], **design(given), population=sizes)
    found = {
        "mean": plain.value[0],
        "se_no_fpc": plain.se[0],
        "ci95_t8": pair(plain.interval()),
        "se_fpc": finite.se[0],
    }
    assert plain.df[0] == 8
    assert_close(found, wanted, within)


def test_design_weights_are_not_frequencies():
    given, wanted, within = of("S13")
    found = weighted_mean(given["y"], **design(given)).se[0]
    assert_close(found, wanted["design_se"], within)
    assert found > 5 * wanted["frequency_weight_se_wrong"]


def test_a_weighted_proportion():
    given, wanted, within = of("S14")
    found = weighted_mean(given["z"], **design(given))
    names = {"p": found.value[0], "se": found.se[0], "ci95": pair(found.proportion())}
    assert_close(names, wanted, within)


def test_bounds_of_non_response():
    given, wanted, within = of("S19")
    bounds = share_bounds(given["satisfied"], given["answered"], given["invited"])
    share = given["satisfied"] / given["answered"]
    assert_close({"respondent_share": share, "worst_case_bounds": pair(bounds)}, wanted, within)


def test_post_stratification():
    given, wanted, within = of("S20")
    means, known, asked = (
        [given[key][each] for each in ("counter", "online")]
        for key in ("means", "population", "respondents")
    )
    assert_close(post_stratified(means, known)[0], wanted["post_stratified"], within)
    assert_close(post_stratified(means, asked)[0], wanted["unweighted"], within)


def test_the_bootstrap_without_chance():
    given, wanted, within = of("S22")
    counts = [given["answers"].count(float(each)) for each in (1, 2, 3, 4)]
    found = bootstrap_mean(counts)
    names = {"sd_of_bootstrap_means": found.sd, "p_mean_le_2.5": found.at_most(2.5)}
    assert_close(names, wanted, min(within, 1e-12))


def test_officers_told_apart():
    given, wanted, within = of("S24")
    scores = list(given["scores"].values())
    found = between(
        [len(each) for each in scores],
        [np.mean(each) for each in scores],
        [np.var(each, ddof=1) for each in scores],
    )
    names = {"F": found.f, "reliability": found.reliability, "icc1": found.icc}
    assert_close(names, wanted, within)


# ---- times ---------------------------------------------------------------------------------------


def alone(given):
    return curves(np.zeros(len(given["closed"]), int), given["duration_days"], given["closed"])


def test_the_share_ended():
    given, wanted, within = of("T02")
    found = share_ended(alone(given), given["t"])
    names = {
        "S": 1 - found.value[0],
        "se": found.se[0],
        "ci95": [1 - found.high[0], 1 - found.low[0]],
    }
    assert_close(names, wanted, within)


def test_the_share_within_a_limit():
    given, wanted, within = of("T03")
    who, times = np.zeros(len(given["closed"]), int), given["duration_or_age"]
    found = share_within(
        who, times, given["closed"], given["age_since_opened"], given["limit"],
        inclusive=given["limit_inclusive"],
    )  # fmt: skip
    km = share_ended(curves(who, times, given["closed"]), given["limit"])
    right = {
        "success": found.success[0],
        "failure": found.failure[0],
        "undetermined": found.undetermined[0],
        "bounds": pair(found.bounds),
        "mature_cohort": [found.mature_success[0], found.mature[0]],
        "mature_share": found.mature_share[0],
        "km_share": km.value[0],
    }
    naive = ("decided_only_biased", "closed_only_biased")
    assert_close(right, {k: v for k, v in wanted.items() if k not in naive}, within)


def test_open_cases_are_counted():
    """T04: what is expected is an integral; here it is met by a grid of cases, to three decimals."""
    given, wanted, _ = of("T04")
    steps = 400
    age = (np.arange(steps) + 0.5) / steps * given["window"]
    time = -given["mean"] * np.log1p(-(np.arange(steps) + 0.5) / steps)
    ages, times = (each.ravel() for each in np.meshgrid(age, time))
    seen, closed = np.minimum(ages, times), times <= ages
    who = np.zeros(len(ages), int)
    km = share_ended(curves(who, seen, closed), given["limit"]).value[0]
    counted = share_within(who, seen, closed, ages, given["limit"])
    for found in (km, counted.mature_share[0]):
        assert found == pytest.approx(wanted["true_share"], abs=2e-3)
    low, high = pair(counted.bounds)
    assert low < wanted["true_share"] < high
    decided = counted.success / (counted.success + counted.failure)
    assert decided[0] == pytest.approx(wanted["success_over_decided"], abs=2e-3)
    assert decided[0] > km + 0.05
    assert seen[closed].mean() == pytest.approx(wanted["mean_of_closed"], abs=0.02)


def test_a_percentile_that_is_not_reached():
    given, wanted, within = of("T06")
    made = alone(given)
    median, ninety = quantile(made, 0.5), quantile(made, given["percentile"])
    assert_close(median.value[0], wanted["p50"], within)
    assert wanted["p90"] is None
    assert np.isnan(ninety.value[0])
    assert_close(ninety.least[0], wanted["S_at_largest_event"], within)
    assert made.duration[made.ended > 0].max() == wanted["largest_event_time"]


def test_a_deadline_in_working_days():
    given, wanted, _ = of("T08")
    opened = date.fromisoformat(given["opened"])
    found = load_calendar("id/2024-2027").due(opened, given["working_days"])
    assert found.isoformat() == wanted["deadline_with_collective_leave"]
    week = Week({"monday-friday": "08:00-16:00"})
    bare = year(week)
    found = bare.due(opened, given["working_days"])
    assert found.isoformat() == wanted["deadline_ignoring_holidays"]


def year(week):
    """Return a calendar of 2026 without holidays."""
    title = {"en": "made up"}
    days = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
    return build_calendar(id="made-up", edition="1", title=title, week=week, **days)


def hours(calendar, first, last):
    return calendar.work_time(first, last) / 3_600_000_000


def week_of(written, name):
    """Return the hours of a case, such as `07:30-12:00, 13:00-16:00`."""
    return written[name].replace(",", "")


def test_working_hours():
    given, wanted, within = of("T09")
    opened, closed = (datetime.fromisoformat(given[key]) for key in ("opened", "closed"))
    week = Week({"monday-thursday": week_of(given, "mon_thu"), "friday": week_of(given, "fri")})
    calendar = year(week)
    monday = datetime(2026, 2, 2)
    found = {
        "working_hours": hours(calendar, opened, closed),
        "clock_hours": (closed - opened) / timedelta(hours=1),
        "hours_per_week": hours(calendar, monday, monday + timedelta(days=7)),
    }
    assert_close(found, wanted, within)


def test_working_hours_in_ramadan():
    given, wanted, within = of("T10")
    opened, closed = (datetime.fromisoformat(given[key]) for key in ("opened", "closed"))
    normal = Week(
        {"monday-thursday": "07:30-12:00 13:00-16:00", "friday": "07:30-11:30 13:00-16:30"}
    )
    calendar = year(normal)
    shipped, monday = load_calendar("id/2024-2027"), datetime(2026, 3, 2)
    found = {
        "normal": hours(calendar, opened, closed),
        "ramadan": hours(shipped, opened, closed),
        "hours_per_week_ramadan": hours(shipped, monday, monday + timedelta(days=7)),
    }
    assert_close(found, wanted, within)


def test_pauses_that_overlap():
    given, wanted, _ = of("T11")
    first = datetime(2026, 1, 5)
    day = timedelta(days=1)
    rows = [{"nip": "a", "id": "1", "received": first, "answered": first + given["closed"] * day}]
    pauses = [
        {"id": "1", "from": first + begin * day, "to": first + end * day}
        for begin, end in given["paused"]
    ]
    indicator = {
        "id": "time", "type": "time-based", "table": "complaints",
        "columns": {"start": "received", "stop": "answered"},
        "measure": {"statistic": "mean", "clock": "calendar", "open_cases": "refuse"},
        "pauses": {"table": "pauses", "case": "id", "start": "from", "stop": "to"},
        "normalise": {"method": "target", "target": 12, "better": "lower"},
    }  # fmt: skip
    made = {**OFFICE, "nodes": [], "indicators": [indicator]}
    tables = {"complaints": rows, "pauses": pauses}
    scores = capaian.score(read_policy(made), tables, period="2026", as_of="2026-04-01")
    assert scores.ledger_columns()["measured"] == [wanted["net_duration"]]
