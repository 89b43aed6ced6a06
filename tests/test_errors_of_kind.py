"""Arguments of a kind that cannot be used: a coded error that says what to give instead."""

import pytest

import capaian
from small_office import OFFICE, made_up_evidence

DOCUMENT = "a path, a name or a document (dict)"
NAMED = "a mapping (dict) of the policy's table names to tables"
LABEL = "a label such as '2026-Q1' (str)"
DATE = "a date, a datetime, or one as text"


def scored(policy=OFFICE, evidence=None, period="2026-Q1", **options):
    tables = made_up_evidence() if evidence is None else evidence
    return capaian.score(policy, tables, period=period, **options)


@pytest.mark.parametrize(
    ("call", "kind", "where", "found", "wanted"),
    [
        (lambda: scored(5), "PolicyError", "policy", "int", DOCUMENT),
        (lambda: capaian.load_policy(None), "PolicyError", "policy", "NoneType", DOCUMENT),
        (lambda: capaian.load_policy(b"skm"), "PolicyError", "policy", "bytes", DOCUMENT),
        (lambda: capaian.compare_policies(5, OFFICE), "PolicyError", "policy", "int", DOCUMENT),
        (lambda: scored(evidence=[1]), "EvidenceError", "evidence", "list", NAMED),
        (lambda: scored(period=2026), "PeriodError", "period", "int",
         "a label such as '2026-Q1' (str), a Period, or a list of these"),
        (lambda: scored(period=[2026]), "PeriodError", "period", "int", LABEL),
        (lambda: capaian.read_period(2026), "PeriodError", "period", "int", LABEL),
        (lambda: scored(as_of=20260401), "PeriodError", "as_of", "int", DATE),
        (lambda: capaian.load_policy("skm", on=2026), "PeriodError", "on", "int", DATE),
        (lambda: capaian.load_assignment(5), "PolicyError", "source", "int",
         "a path or a document (dict)"),
        (lambda: capaian.run_cases(5), "CaseError", "source", "int",
         "a path or a document (dict)"),
        (lambda: capaian.load_evidence(5), "PolicyError", "name", "int",
         "the name of a policy (str)"),
        (lambda: capaian.load_calendar({}), "CalendarError", "name_or_path", "dict",
         "the name of a calendar, or a path"),
        (lambda: capaian.read_record(5), "RecordError", "source", "int",
         "a path, the document as text or bytes, or its values (dict)"),
    ],
)  # fmt: skip
def test_what_was_given_and_what_is_needed(call, kind, where, found, wanted):
    """Only the type is told, never the value."""
    with pytest.raises(capaian.CapaianError) as caught:
        call()
    headline, *rest = str(caught.value).splitlines()
    assert type(caught.value).__name__ == kind
    assert headline.endswith(".")
    assert rest == [
        f"  CPN-X06  {where}: this cannot be of the type {found}.",
        f"           to fix: give {wanted}.",
    ]


def test_a_check_finds_it_too():
    (finding,) = capaian.check(OFFICE, [1], period="2026-Q1")
    assert (finding.code, finding.where) == ("CPN-X06", "evidence")


def test_a_document_is_a_policy():
    """A policy's document is taken wherever a policy is, and gives the same bytes."""
    policy = capaian.load_policy(OFFICE)
    tables = made_up_evidence()
    expected = capaian.score(policy, tables, period="2026-Q1").to_json()
    assert capaian.score(OFFICE, tables, period="2026-Q1").to_json() == expected
    assert not capaian.compare_policies(OFFICE, policy).changes


def test_a_document_that_is_not_in_force():
    with pytest.raises(capaian.PeriodError, match="CPN-D05"):
        capaian.load_policy(OFFICE, on="2031-01-01")
