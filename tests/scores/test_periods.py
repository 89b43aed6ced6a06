"""Many periods in one call: a sequence of scores, tables of all, and what is refused."""

from datetime import datetime

import polars as pl
import pytest
from attrs import evolve

import capaian
from capaian.errors import EvidenceError, PeriodError, PolicyError
from capaian.policy import read_policy
from capaian.scores import ScoresByPeriod
from visits import DAYS, ENGINES, MONTHS, VISITS, document, score


def test_it_is_a_sequence_that_is_found_by_label():
    """By position, by label, by the same days under another name, by the period itself."""
    made = score()
    assert isinstance(made, ScoresByPeriod)
    assert [each.period.label for each in made] == MONTHS
    assert len(made) == 3
    assert made["2026-02"] is made[1] is made["2026-02-01/2026-02-28"]
    assert made[made.periods[2]] is made[-1]
    assert "2026-02" in made
    assert made[0] in made
    assert not any(each in made for each in ("2026-04", "April", None))
    assert [each.label for each in made[1:].periods] == MONTHS[1:]
    assert made.explain("a", "2026-02").to_dict() == made[1].explain("a").to_dict()


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_tables_of_all_periods_come_back_as_the_kind_that_came_in(engine):
    """One row per subject and period; the ledger one per indicator besides."""
    given = ENGINES[engine](VISITS)
    made, plain = score(visits=given), score()
    assert isinstance(made.to_native(), type(given))
    assert isinstance(made.ledger(), type(given))
    assert made.columns() == plain.columns()
    assert made.columns()["period"] == [label for label in MONTHS for _ in "ab"]
    assert made.ledger_columns() == plain.ledger_columns()
    assert made.to_json() == plain.to_json()


def test_the_cut_off_is_each_periods_end_or_one_for_all():
    """Left out, a month is as it was at its end; given, it is the same for all."""
    assert [each.as_of for each in score()] == [each.end for each in score().periods]
    assert {each.as_of for each in score(as_of="2026-03-15")} == {datetime(2026, 3, 15)}


def test_one_period_in_a_list_is_still_a_sequence():
    """What comes back depends on what was asked, not on how much."""
    one = score(["2026-01"])
    assert isinstance(one, ScoresByPeriod)
    assert one[0].to_json() == score("2026-01").to_json()


def test_each_table_and_the_roster_are_opened_once(monkeypatch):
    """However many periods there are."""
    from capaian.scores import gather

    opened, read, reduced = [], [], []
    for name, calls in (("open_table", opened), ("read_roster", read), ("reduce_all", reduced)):
        kept = getattr(gather, name)
        monkeypatch.setattr(
            gather, name, lambda *given, kept=kept, calls=calls: calls.append(given) or kept(*given)
        )
    rule = document() | {"subjects": {"table": "staff"}}
    score(MONTHS, more={"staff": [{"nip": "a"}, {"nip": "b"}]}, rule=rule)
    assert [name for _, name, _ in opened] == ["staff", "visits"]
    assert len(read) == 1
    assert [len(requests) for _, requests in reduced] == [3]


def _shared(table, requests):
    """Answer the requests of a table that have one column of subjects as of one pass."""
    from capaian.columns import reduce_table

    found = [reduce_table(table, each) for each in requests]
    who = [each.subject for each in requests]
    every = {
        name: tuple(
            sorted(
                {
                    one
                    for each, own in zip(found, who, strict=True)
                    if own == name
                    for one in each.subjects
                }
            )
        )
        for name in who
    }
    return [
        evolve(
            each,
            subjects=every[name],
            plain=None,
            wholes=[
                each.aligned(
                    index,
                    every[name],
                    absent=0 if each.zero_where_absent(index) else None,
                    whole=True,
                )
                for index in range(len(each.statistics))
            ],
        )
        for each, name in zip(found, who, strict=True)
    ]


@pytest.mark.parametrize("roster", [False, True])
@pytest.mark.parametrize("more", [{}, {"accumulate": "last"}, {"consolidate": "month"}])
def test_requests_that_share_one_pass_give_the_same(monkeypatch, roster, more):
    """Who is in the pass for another period's sake is not thereby in this one."""
    from capaian.scores import gather

    if more.get("consolidate"):
        more = {"consolidate": {"every": "month", "by": "sum", "incomplete": "exclude"}}
    own = {"method": "target", "target": {"from": "targets"}, "better": "higher"}
    rule = document(normalise=own, **more) | {"targets": {"table": "goals"}}
    rule |= {"subjects": {"table": "staff"}} if roster else {}
    visits = [row for row in VISITS if row["nip"] == "a" or row["day"].month == 2]
    goals = [
        {"nip": nip, "indicator": "visits", "period": period, "value": 3}
        for nip, period in (("a", "2026-01"), ("a", "2026-02"), ("b", "2026-02"), ("a", "2026-Q1"))
    ]
    tables = {"goals": pl.DataFrame(goals)}
    tables |= {"staff": pl.DataFrame({"nip": ["a", "c"]})} if roster else {}
    labels = ["2026-01", "2026-02", "2026-Q1"]
    apart = score(labels, pl.DataFrame(visits), tables, rule)
    monkeypatch.setattr(gather, "reduce_all", _shared)
    together = score(labels, pl.DataFrame(visits), tables, rule)
    assert together.to_json() == apart.to_json()
    assert together.ledger_columns() == apart.ledger_columns()


def test_a_subject_without_rows_in_a_period_is_not_in_it():
    """Where there is no roster, who has evidence is scored, period by period."""
    visits = [{"nip": "a", "day": DAYS[0]}, {"nip": "a", "day": DAYS[12]}]
    visits.append({"nip": "b", "day": DAYS[12]})
    for engine in ("records", "polars"):
        made = score(MONTHS[:2], ENGINES[engine](visits))
        assert [tuple(each.subjects) for each in made] == [("a",), ("a", "b")]


def test_text_and_html_say_each_period():
    """A table each, under the name of the period."""
    made = score(MONTHS[:2])
    assert str(made) == f"{made[0].text()}\n\n{made[1].text()}"
    assert repr(made).splitlines()[0] == "<ScoresByPeriod visits · 2026-01, 2026-02>"
    assert made._repr_html_().startswith("<pre>")


def test_a_period_that_was_not_scored():
    """Named, with those that were."""
    with pytest.raises(PeriodError) as caught:
        score()["2026-04"]
    assert str(caught.value) == (
        "There is no such period.\n"
        "  CPN-D24  period: '2026-04' is not among the periods that were scored.\n"
        "           to fix: use one of: 2026-01, 2026-02, 2026-03."
    )
    with pytest.raises(PeriodError, match="CPN-D24"):
        score().at("April")


def test_the_same_days_twice():
    """Whatever they are called."""
    with pytest.raises(PeriodError) as caught:
        score(["2026-Q1", "2026-01-01/2026-03-31"])
    assert str(caught.value) == (
        "Nothing was scored.\n"
        "  CPN-D22  period: the same days are given more than once: 2026-Q1, "
        "2026-01-01/2026-03-31.\n"
        "           to fix: give each period once."
    )


def test_no_period_at_all():
    """An empty list is a slip."""
    with pytest.raises(PeriodError) as caught:
        score([])
    assert str(caught.value) == (
        "Nothing was scored.\n"
        "  CPN-D23  period: no period is given.\n"
        '           to fix: give at least one, such as "2026-Q1".'
    )


def test_a_period_without_any_evidence_is_named():
    """As it is alone; all such periods at once."""
    with pytest.raises(EvidenceError) as caught:
        score(["2026-01", "2026-08", "2026-09"])
    said = str(caught.value)
    assert "no subject has any evidence in the period 2026-08-01 to 2026-08-31." in said
    assert "no subject has any evidence in the period 2026-09-01 to 2026-09-30." in said
    assert len(caught.value.findings) == 2


def test_days_in_post_of_several_periods():
    """They must say which period they are for, or nobody knows."""
    exposure = {"table": "posts", "days": "days", "full": 20}
    posts = [
        {"nip": nip, "days": 10 * month, "month": f"2026-{month:02d}"}
        for nip in "ab"
        for month in (1, 2)
    ]
    with pytest.raises(PeriodError) as caught:
        score(MONTHS[:2], more={"posts": posts}, rule=document(exposure=exposure))
    assert str(caught.value) == (
        "Nothing was scored.\n"
        "  CPN-D21  indicators['visits'].exposure: the days in post of 'visits' are not told apart "
        "by period, and 2 periods are to be scored.\n"
        "           to fix: add exposure.period to the indicator, or score each period with its own "
        "days."
    )
    for engine in ("records", "polars"):
        more = {"posts": ENGINES[engine](posts)}
        rule = document(exposure={**exposure, "period": "month"})
        made = score(MONTHS[:2], ENGINES[engine](VISITS), more, rule)
        counts = [
            sum(v["nip"] == "a" and v["day"].month == month for v in VISITS) for month in (1, 2)
        ]
        found = [each.ledger_columns()["measured"][0] for each in made]
        assert found == [counts[0] * 20 / 10, counts[1] * 20 / 20]


@pytest.mark.parametrize("engine", ["records", "polars", "duckdb"])
def test_days_in_post_of_a_period_that_cannot_be_read(engine):
    """They would count for nobody, in silence."""
    posts = [{"nip": "a", "days": 10, "month": label} for label in ("2026-01", "Feb 2026")]
    exposure = {"table": "posts", "days": "days", "full": 20, "period": "month"}
    with pytest.raises(EvidenceError) as caught:
        score(MONTHS[:2], more={"posts": ENGINES[engine](posts)}, rule=document(exposure=exposure))
    assert str(caught.value) == (
        "1 problem in the evidence; nothing was scored.\n"
        "  CPN-E70  posts.month: 1 of 2 rows have a period that cannot be read, or none.\n"
        "           to fix: write each as one of: '2026', '2026-S1', '2026-Q1', '2026-03' or "
        "'2026-01-01/2026-03-31'."
    )


def test_days_in_post_of_sub_periods():
    """Each with its own days, where they are told apart."""
    posts = [
        {"nip": nip, "days": 10 * month, "month": f"2026-{month:02d}"}
        for nip in "ab"
        for month in (1, 2, 3)
    ]
    rule = document(
        exposure={"table": "posts", "days": "days", "full": 30, "period": "month"},
        consolidate={"every": "month", "by": "sum", "incomplete": "withhold"},
    )
    counts = [
        sum(v["nip"] == "a" and v["day"].month == month for v in VISITS) for month in (1, 2, 3)
    ]
    for engine in ("records", "polars"):
        made = score("2026-Q1", ENGINES[engine](VISITS), {"posts": ENGINES[engine](posts)}, rule)
        wanted = counts[0] * 3 + counts[1] * 30 / 20 + counts[2]
        assert made.ledger_columns()["measured"][0] == wanted


def test_each_period_takes_the_edition_in_force_on_its_last_day(tmp_path):
    """Of a name with two editions; the targets differ, and the ledger follows."""
    import json

    for edition, first, last, target in (
        ("1", "2026-01-01", "2026-01-31", 6),
        ("2", "2026-02-01", None, 3),
    ):
        rule = document(normalise={"method": "target", "target": target, "better": "higher"})
        rule |= {"edition": edition, "in_force": {"from": first} | ({"to": last} if last else {})}
        (tmp_path / f"{edition}.json").write_text(json.dumps(rule), encoding="utf-8")
    made = capaian.score(str(tmp_path), {"visits": VISITS}, period=MONTHS[:2])
    assert [each.policy.edition for each in made] == ["1", "2"]
    for each, target in zip(made, (6, 3), strict=True):
        row = each.ledger()[0]
        assert row["achievement"] == min(row["measured"] * 100 / target, 120)
    assert capaian.score(tmp_path, {"visits": VISITS}, period="2026-03").policy.edition == "2"


def test_check_says_each_finding_once():
    """The same table is read for three months, and one note is enough."""
    rows = [*VISITS, {"nip": None, "day": DAYS[0], "x": 1}]
    found = capaian.check(read_policy(document()), {"visits": rows}, period=MONTHS)
    assert [each.code for each in found] == ["CPN-E55"]


def test_rows_that_break_a_check_are_counted_once_over_sub_periods():
    """One finding for the indicator, not one per month."""
    rule = document(
        columns={"date": "day", "numerator": "x", "denominator": "y"},
        measure={"statistic": "ratio"},
        consolidate={"every": "month", "by": "average", "incomplete": "exclude"},
    )
    rows = [{**row, "y": -1 if row["x"] % 10 == 0 else 2} for row in VISITS]
    for engine in ("records", "polars"):
        with pytest.raises(EvidenceError) as caught:
            score("2026-Q1", ENGINES[engine](rows), rule=rule)
        assert len(caught.value.findings) == 1
        assert "3 of 30 rows" in str(caught.value)


def test_a_period_that_is_not_made_of_the_sub_periods():
    """Where it is, in the policy's own names."""
    rule = document(consolidate={"every": "quarter", "by": "sum", "incomplete": "exclude"})
    with pytest.raises(PeriodError) as caught:
        score("2026-02", rule=rule)
    assert str(caught.value) == (
        "Nothing was scored.\n"
        "  CPN-D20  indicators['visits'].consolidate: '2026-02' is not made of whole quarters.\n"
        "           to fix: choose a period that begins and ends with a quarter."
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("accumulate", "cumulative"),
        ("consolidate", {"every": "month", "by": "sum", "incomplete": "exclude"}),
    ],
)
def test_evidence_that_is_not_placed_in_time(key, value):
    """A stretch of time of rows without a date would be all rows."""
    rule = document(columns={}, **{key: value})
    with pytest.raises(PolicyError) as caught:
        score("2026-Q1", rule=rule)
    assert str(caught.value) == (
        "1 problem in the policy 'visits'; nothing was scored.\n"
        f"  CPN-P76  indicators['visits'].{key}: '{key}' needs evidence that is placed in time, and "
        "the type 'count-based' has no dating column here.\n"
        f"           to fix: map the column with the date (columns.date), or remove '{key}'."
    )
