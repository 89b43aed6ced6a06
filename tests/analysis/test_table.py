"""A table of an analysis: its values, its text, its HTML."""

import numpy as np
import polars as pl

from capaian.analysis import Table

TABLE = Table(
    "Two officers",
    {"subject": ["a", "<b>"], "score": np.array([71.5, np.nan]), "n": np.array([3, 4])},
    notes=["one has no score"],
)


def test_its_values():
    """What is not a number is nothing at all."""
    assert len(TABLE) == 2
    assert TABLE["score"] == [71.5, None]
    assert TABLE.rows(1) == [{"subject": "a", "score": 71.5, "n": 3}]
    assert TABLE.to_native() == TABLE.rows()
    assert TABLE.to_dict()["notes"] == ["one has no score"]


def test_it_is_the_kind_of_table_that_came_in():
    table = Table(TABLE.title, TABLE.columns, "polars").to_native()
    assert isinstance(table, pl.DataFrame)
    assert table["score"].to_list() == [71.5, None]


def test_its_text():
    assert str(TABLE).splitlines() == [
        "Two officers",
        "",
        "subject  score  n",
        "a        71.50  3",
        "<b>          –  4",
        "",
        "note: one has no score",
    ]
    assert TABLE.text(rows=1).splitlines()[4:5] == ["… 1 more"]
    assert repr(TABLE) == "<Table 'Two officers': 2 rows, subject, score, n>"


def test_its_html_is_escaped():
    html = TABLE._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert '<td style="text-align:right">–</td>' in html
    assert '<td style="text-align:left">a</td>' in html
    assert '<caption style="text-align:left">Two officers</caption>' in html


def test_digits():
    """Two of numbers above 1, four of shares and where two would say zero, none of counts."""

    def shown(*column):
        return [line.strip() for line in str(Table("", {"x": [*column]})).splitlines()[1:]]

    assert shown(28.0, 0.504) == ["28.00", "0.50"]
    assert shown(6.0, 0.004) == ["6.0000", "0.0040"]
    assert shown(6.5, 0.0) == ["6.50", "0.00"]
    assert shown(128.0, None, 0.0) == ["128", "–", "0"]
    assert shown(1.0, 0.0) == ["1.0000", "0.0000"]  # shares, all of which are sure
    assert shown(0.25, -1e-9) == ["0.2500", "0.0000"]
