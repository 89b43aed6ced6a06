"""Pseudonyms: the same scores, stable per key, and nothing left of whom they are."""

import gc
import hashlib
import hmac
import pickle

import pandas as pd
import polars as pl
import pytest

import capaian
from capaian.errors import EvidenceError, RecordError
from capaian.policy import read_policy
from capaian.scores.pseudonyms import pseudonym
from small_office import OFFICE, made_up_evidence
from unit_office import NAMES, scored

KEY = b"a secret of an office"


def test_a_pseudonym_is_an_hmac():
    """Oracle: hmac itself."""
    found = hmac.new(KEY, b"capaian/pseudonym/1:n03", hashlib.sha256).hexdigest()[:32]
    assert pseudonym("n03", KEY) == found
    assert pseudonym("n03", KEY + b"!") != found
    assert len({pseudonym(each, KEY) for each in NAMES}) == len(NAMES)
    assert len(pseudonym("\ud800", KEY)) == 32


@pytest.mark.parametrize("frame", [list, pl.DataFrame, pd.DataFrame])
def test_everything_else_is_the_same(frame):
    """Scores, bands, ledger, explanations, units; of each subject under its pseudonym."""
    scores = scored(frame)
    hidden = scores.pseudonymised(KEY)
    assert list(hidden.subjects) == sorted(pseudonym(each, KEY) for each in scores.subjects)
    assert not hidden.labels
    old, new = scores.columns(), hidden.columns()
    for row, subject in enumerate(scores.subjects):
        at = hidden.row(pseudonym(subject, KEY))
        assert all(new[name][at] == old[name][row] for name in ("score", "band", "status"))
        assert hidden.units.get(hidden.subjects[at]) == scores.units.get(subject)
    mine = hidden.explain(pseudonym("n03", KEY)).to_dict()
    assert mine == {**scores.explain("n03").to_dict(), "subject": pseudonym("n03", KEY)}
    assert hidden.explain(pseudonym("n03", KEY)).label == ""
    assert type(hidden.to_native()) is type(scores.to_native())
    times = len(scores.plan.indicators)
    place = hidden.row(pseudonym("n03", KEY)) * times
    row = scores.row("n03") * times
    for name in ("measured", "achievement", "contribution", "state"):
        ours, theirs = hidden.ledger_columns()[name], scores.ledger_columns()[name]
        assert ours[place : place + times] == theirs[row : row + times]
    assert hidden.published().to_dict() == scores.published().to_dict()


def test_no_identifier_and_no_name_is_in_the_document_or_anywhere_behind_it():
    """The document, the pickle, and every text that can be reached from the result."""
    hidden = scored(pl.DataFrame).pseudonymised(KEY)
    assert not any(name in hidden.to_json() for name in NAMES)
    assert "Nama" not in hidden.text()
    packed = pickle.dumps(hidden)
    assert not any(name.encode() in packed for name in NAMES)
    plain = scored().pseudonymised(KEY)
    seen: set[int] = set()
    queue = [plain.results.rows, plain.results.states, plain.units, plain.facts, plain.subjects]
    while queue:
        each = queue.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        assert each not in NAMES if isinstance(each, str) else True
        queue += gc.get_referents(each) if isinstance(each, dict | list | tuple) else []


def test_the_same_key_joins_two_periods():
    evidence = made_up_evidence(NAMES, 400)
    many = capaian.score(read_policy(OFFICE), evidence, period=["2026-01", "2026-Q1"])
    hidden = many.pseudonymised(KEY)
    assert [each.period.label for each in hidden] == ["2026-01", "2026-Q1"]
    assert set(hidden["2026-01"].subjects) <= set(hidden["2026-Q1"].subjects)


def test_gates_are_kept(office, evidence):
    """A band behind a fact about the subject is still that subject's."""
    office["subjects"] = {"table": "staff", "facts": {"idea": "new"}}
    office["bands"][-1]["gate"] = "idea"
    office["bands"].insert(2, {"id": "plain", "from": 90})
    office["precedence"] = "first"
    office["bands"] = [office["bands"][-1], *office["bands"][:-1]]
    evidence["staff"] = [{"nip": each, "new": each in "ab"} for each in "abcd"]
    for frame in (list, pl.DataFrame):
        tables = {name: frame(rows) for name, rows in evidence.items()}
        scores = capaian.score(read_policy(office), tables, period="2026-01")
        hidden = scores.pseudonymised(KEY)
        for row, subject in enumerate(scores.subjects):
            at = hidden.row(pseudonym(subject, KEY))
            assert hidden.columns()["band"][at] == scores.columns()["band"][row]


@pytest.mark.parametrize(
    ("key", "given"), [(b"short", "5 bytes"), ("a secret of an office", "str"), (None, "NoneType")]
)
def test_a_key_that_is_none_is_refused(key, given):
    """And is not repeated."""
    with pytest.raises(EvidenceError) as caught:
        scored().pseudonymised(key)
    assert str(caught.value) == (
        "Nothing was put under pseudonyms.\n"
        f"  CPN-Y01  key: the key is {given}, not at least 16 bytes.\n"
        "           to fix: make one once with secrets.token_bytes(32), and keep it where secrets "
        "are kept."
    )


@pytest.mark.parametrize("frame", [list, pl.DataFrame])
def test_no_record_is_made_with_the_tables_of_the_identifiers(frame):
    """It would hold digests of no rows, and could never be verified: it is refused at once."""
    tables = {name: frame(rows) for name, rows in made_up_evidence().items()}
    scores = capaian.score(read_policy(OFFICE), tables, period="2026-01")
    hidden = scores.pseudonymised(KEY)
    said = (
        "Nothing was recorded.\n"
        "  CPN-N35  evidence: the scores of {} of {} subjects were made of rows, and the evidence "
        "that is given has no row of them.\n"
        "           to fix: give the tables that were scored; of a result under pseudonyms no "
        "record can be made with them: record the result that it was made of."
    )
    with pytest.raises(RecordError) as refused:
        hidden.record(hidden.subjects[0], evidence=tables)
    assert refused.value.text() == said.format(1, 1)
    with pytest.raises(RecordError) as refused:
        hidden.records(evidence=tables)
    assert refused.value.text() == said.format(4, 4)
    with pytest.raises(RecordError, match="CPN-V01"):
        hidden.record(hidden.subjects[0])


def test_tables_under_the_same_pseudonyms_can_be_recorded():
    """And who has no rows at all has a record as before."""
    rows = made_up_evidence()
    hidden = capaian.score(read_policy(OFFICE), rows, period="2026-01").pseudonymised(KEY)
    renamed = {
        name: [row | {"nip": pseudonym(row["nip"], KEY)} for row in each]
        for name, each in rows.items()
    }
    record = hidden.record(hidden.subjects[0], evidence=renamed)
    assert capaian.verify(record, evidence=renamed).ok
