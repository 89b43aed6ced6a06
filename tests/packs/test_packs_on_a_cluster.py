"""The packs' cells, edges and ties in Spark: what they give elsewhere, and the same bits."""

import pytest

import capaian
from packs import test_asn_2022 as asn
from packs import test_credit as credit
from packs import test_skm as skm
from spark_session import spark_session

pytestmark = [pytest.mark.spark, pytest.mark.slow]


def in_spark(tables):
    """Return tables of plain rows as Spark frames."""
    return {name: spark_session().createDataFrame(rows) for name, rows in tables.items()}


def results(policy, tables):
    """Return score and band of each subject."""
    columns = capaian.score(policy, tables, period="2026").columns()
    pairs = zip(columns["score"], columns["band"], strict=True)
    return dict(zip(columns["subject"], pairs, strict=True))


def collected(policy, tables):
    """Return the same of tables in Spark, where the result stays until it is asked for."""
    rows = capaian.score(policy, in_spark(tables), period="2026").to_native().collect()
    return {row["subject"]: (row["score"], row["band"]) for row in rows}


def test_the_nine_cells():
    found = collected("asn-2022/2022", asn.evidence("records"))
    assert found == results("asn-2022/2022", asn.evidence("records"))
    assert [band for _, band in (found[f"p{at}"] for at in range(9))] == list(asn.CELLS.values())


def test_every_level_predicate_and_month_of_the_credit_table_with_its_ties():
    tables = credit.evidence("records", credit.YEARS)
    found = collected("credit/2023", tables)
    assert found == results("credit/2023", tables)
    assert {name: score for name, (score, _) in found.items()} == {
        f"p{at:03}": float(credit.half_up(credit.exact(*each)))
        for at, each in enumerate(credit.YEARS)
    }


def test_the_survey_at_and_beside_every_edge_of_its_grades():
    tables = {
        "survey": [
            {**row, "unit": f"unit {at:03}"}
            for at, answers in enumerate(skm.MIXES)
            for row in skm.respondents(*answers)
        ]
    }
    assert collected("skm/2017", tables) == results("skm/2017", tables)
