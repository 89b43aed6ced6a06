"""What is refused in `accumulate`, `consolidate` and `targets`, with whole texts."""

import pytest

from capaian.errors import PolicyError
from capaian.indicator import Accumulate, Consolidate, TargetTable
from capaian.policy import policy_fingerprint, read_policy, to_document
from desk import indicator, small

WHOLE = {"every": "quarter", "by": "sum", "incomplete": "exclude"}


def made(**keys):
    """A policy with one indicator."""
    return read_policy(small(indicators=[indicator("answered", **keys)]))


def refused(**keys):
    """The lines of the error."""
    with pytest.raises(PolicyError) as caught:
        made(**keys)
    return str(caught.value).splitlines()[1:]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("periodic", Accumulate()),
        ("cumulative", Accumulate("cumulative")),
        ({"how": "cumulative", "since": "semester"}, Accumulate("cumulative", "semester")),
        ({"how": "rolling", "months": 12}, Accumulate("rolling", months=12)),
        ("last", Accumulate("last", every="month")),
        ({"how": "last", "every": "quarter"}, Accumulate("last", every="quarter")),
    ],
)
def test_accumulation_as_it_is_written_and_written_back(written, meant):
    """A word or a table; the document of the policy reads back as the same."""
    policy = made(accumulate=written)
    assert policy.indicators[0].accumulate == meant
    assert read_policy(to_document(policy)) == policy


def test_consolidation_reads_back():
    """With its defaults written out."""
    policy = made(consolidate=WHOLE)
    assert policy.indicators[0].consolidate == Consolidate("quarter", "sum", "exclude", "measured")
    assert read_policy(to_document(policy)) == policy


def test_targets_read_back():
    """The subject is the policy's where none is named."""
    policy = read_policy(small(targets={"table": "goals", "digits": 2}))
    assert policy.targets == TargetTable("goals", "nip", "indicator", "period", "value", 2)
    assert read_policy(to_document(policy)) == policy


def test_what_says_nothing_new_changes_no_fingerprint():
    """A policy that writes the default has the fingerprint of one that is silent."""
    assert policy_fingerprint(made(accumulate="periodic")) == policy_fingerprint(made())
    assert policy_fingerprint(made(accumulate="cumulative")) != policy_fingerprint(made())


def test_months_are_needed_for_rolling():
    """There is no default."""
    assert refused(accumulate="rolling") == [
        (
            "  CPN-P60  indicators['answered'].accumulate: 'months' is missing; how = \"rolling\" needs "
            "it, and there is no default."
        ),
        "           to fix: add it, as in: months = 12.",
    ]


def test_no_months_are_too_few():
    """At least one."""
    assert refused(accumulate={"how": "rolling", "months": 0}) == [
        "  CPN-P20  indicators['answered'].accumulate.months: 0 lies outside x ≥ 1.",
        "           to fix: give an x within x ≥ 1.",
    ]


def test_figures_of_another_accumulation():
    """Nobody shall believe that they do something."""
    assert refused(accumulate={"how": "cumulative", "months": 3, "every": "month"}) == [
        (
            "  CPN-P61  indicators['answered'].accumulate.months: 'months' has no effect beside "
            'how = "cumulative".'
        ),
        '           to fix: remove it; it goes with how = "rolling".',
        (
            "  CPN-P61  indicators['answered'].accumulate.every: 'every' has no effect beside "
            'how = "cumulative".'
        ),
        '           to fix: remove it; it goes with how = "last".',
    ]


def test_a_misspelt_accumulation():
    """With what was probably meant."""
    assert refused(accumulate="cumulativ") == [
        (
            "  CPN-P04  indicators['answered'].accumulate: it is 'cumulativ', not \"periodic\", "
            '"cumulative", "rolling" or "last" or a table. Did you mean \'cumulative\'?'
        ),
        '           to fix: write it like this: "periodic", { how = "periodic" }.',
    ]


def test_a_gap_has_no_default():
    """Missing is never zero, and never left out in silence."""
    assert refused(consolidate={"every": "month", "by": "sum"}) == [
        "  CPN-P02  indicators['answered'].consolidate: 'incomplete' is missing.",
        '           to fix: add \'incomplete\' ("exclude" or "withhold").',
    ]


def test_achievements_need_to_know_when_they_are_cut():
    """Before or after makes another score."""
    assert refused(consolidate={**WHOLE, "of": "achievement"}) == [
        (
            "  CPN-P60  indicators['answered'].consolidate: 'cap' is missing; of = \"achievement\" needs "
            "it, and there is no default."
        ),
        '           to fix: add it, as in: cap = "before" | "after".',
    ]


def test_measured_values_are_not_cut():
    """The limits are those of an achievement."""
    assert refused(consolidate={**WHOLE, "cap": "after"}) == [
        (
            "  CPN-P61  indicators['answered'].consolidate.cap: 'cap' has no effect beside "
            'of = "measured".'
        ),
        '           to fix: remove it; it goes with of = "achievement".',
    ]


def test_the_last_sub_period_is_not_consolidated():
    """One or several."""
    assert refused(accumulate="last", consolidate=WHOLE) == [
        (
            "  CPN-P74  indicators['answered'].accumulate: accumulate = \"last\" takes one sub-period, "
            "and 'consolidate' several: both cannot be."
        ),
        '           to fix: remove one; consolidate with by = "last" takes the last known value.',
    ]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"consolidate": WHOLE}, "consolidate"),
        ({"accumulate": "last"}, 'accumulate = "last"'),
    ],
)
def test_days_in_post_must_be_told_apart(keys, said):
    """Days of the whole period say nothing about a month."""
    assert refused(exposure={"table": "posts", "days": "days"}, **keys) == [
        (
            f"  CPN-P75  indicators['answered'].exposure: {said} measures sub-periods, and the days in "
            "post are not told apart by period."
        ),
        (
            "           to fix: add exposure.period: the column with the label of the period that a row "
            "is for."
        ),
    ]


def test_targets_need_a_subject_and_few_digits():
    """As every table does."""
    document = small(targets={"table": "goals", "digits": 10})
    document["indicators"][0]["subject"] = document.pop("subject")
    with pytest.raises(PolicyError) as caught:
        read_policy(document)
    assert str(caught.value).splitlines()[1:] == [
        "  CPN-P20  targets.digits: 10 lies outside 0 ≤ x ≤ 9.",
        "           to fix: give an x within 0 ≤ x ≤ 9.",
        "  CPN-P02  targets: 'subject' is missing.",
        "           to fix: add 'subject' (a column).",
    ]
