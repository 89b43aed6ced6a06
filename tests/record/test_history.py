"""Corrections: documents that refer to a record, carry the result before and after, and chain."""

import pickle

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import RecordError
from capaian.record import History, Override, apply, chain, read_correction
from recorded import scored

RECORD = scored("gated").record("c")
GIVEN = {"author": "head of office", "reason": "the survey was of another unit"}
GIVEN |= {"date": "2026-05-04", "source": "objection 12/2026"}


def refused(**changes):
    with pytest.raises(RecordError) as caught:
        apply(RECORD, Override(**(GIVEN | changes)))
    return caught.value


def test_a_correction_never_changes_the_record():
    before = RECORD.to_json()
    made = apply(RECORD, Override(**GIVEN, score="55"))
    assert RECORD.to_json() == before
    assert (made.record, made.follows) == (RECORD.content_hash, RECORD.content_hash)
    assert (made.before.score, made.before.band) == (RECORD.score, RECORD.band)
    assert (made.after.score, made.after.band) == ("55.00", "middle")
    assert read_correction(made.to_json()) == made
    assert made.to_dict()["schema"] == "capaian/override/1"


def test_the_band_of_a_score_that_comes_alone_is_the_policy_s():
    """A gate stays shut where its fact is not on record."""
    assert apply(RECORD, Override(**GIVEN, score="95")).after.band == "middle"
    open_gate = scored("gated").record("a")
    assert apply(open_gate, Override(**GIVEN, score="95")).after.band == "high"


def test_a_band_alone_leaves_the_score():
    made = apply(RECORD, Override(**GIVEN, band="high"))
    assert (made.after.score, made.after.band) == (RECORD.score, "high")


def test_where_a_table_decides_a_score_alone_leaves_the_band():
    record = scored("decided").record("a")
    made = apply(record, Override(**GIVEN, score="12.5"))
    assert (made.after.score, made.after.band) == ("12.50", record.band)


def test_a_score_that_is_not_rounded_is_any_number():
    record = scored("working").record("a")
    assert apply(record, Override(**GIVEN, score="1/3")).after.score == "1/3"


def test_a_history_is_appended_to_and_proved():
    """Each document is bound to the one before it."""
    history = chain(RECORD)
    assert (history.head, history.standing.band) == (RECORD.content_hash, RECORD.band)
    first = history.apply(Override(**GIVEN, score="20"))
    second = first.apply(Override(**GIVEN | {"date": "2026-06-01"}, band="middle"))
    assert history.corrections == ()
    assert [each.follows for each in second.corrections] == [RECORD.content_hash, first.head]
    assert chain(RECORD.to_json(), [each.to_json() for each in second.corrections]) == second
    assert chain(RECORD, [each.to_dict() for each in second.corrections]) == second
    assert pickle.loads(pickle.dumps(second)) == second  # noqa: S301 - our own
    assert repr(second) == f"<History {RECORD.content_hash[:12]} · 2 corrections>"
    number = second.head[:12]
    assert second.text("id").splitlines()[-1] == (
        f"{number}: 20.00 · low menjadi 20.00 · middle pada 2026-06-01, oleh head of office: "
        "the survey was of another unit (objection 12/2026)"
    )
    assert str(second).splitlines()[0] == (
        f"{RECORD.content_hash[:12]}: recorded {RECORD.score} · {RECORD.band}"
    )


def three():
    history = chain(RECORD)
    for number in range(3):
        history = history.apply(Override(**GIVEN, score=str(40 + number)))
    return history.corrections


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda c: c[1:], ["CPN-V19", "CPN-V20"]),
        (lambda c: (c[0], c[2]), ["CPN-V19", "CPN-V20"]),
        (lambda c: (c[1], c[0], c[2]), ["CPN-V19", "CPN-V20"] * 3),
        (lambda c: (evolve(c[0], reason="another"), *c[1:]), ["CPN-V05"]),
        (lambda c: (c[0], c[0], *c[1:]), ["CPN-V19", "CPN-V20"]),
    ],
    ids=["the first taken out", "one taken out", "another order", "a reason changed", "one twice"],
)
def test_a_history_that_was_changed_is_refused(change, codes):
    with pytest.raises(RecordError) as caught:
        chain(RECORD, change(three()))
    found = [each.code for each in caught.value.findings]
    assert sorted(found) == sorted(codes) or set(found) == set(codes)


def test_the_whole_text_of_a_broken_history():
    corrections = three()
    with pytest.raises(RecordError) as caught:
        chain(RECORD, corrections[1:2])
    assert str(caught.value) == (
        "The history does not hold.\n"
        "  CPN-V19  corrections[0]: it follows another document than the one before it: something "
        "was changed, left out or put in.\n"
        "           to fix: give all corrections of this record, in the order in which they were "
        "made.\n"
        "  CPN-V20  corrections[0]: it says that the result before it was 40.00 · middle, and that "
        f"was {RECORD.score} · {RECORD.band}.\n"
        "           to fix: use the document as it was written."
    )


def test_corrections_of_another_record():
    other = scored("gated").record("a")
    with pytest.raises(RecordError) as caught:
        chain(other, three())
    assert "CPN-V19" in {each.code for each in caught.value.findings}


def test_a_changed_record_is_not_corrected():
    changed = RECORD.to_json().replace('"label":"2026-Q1"', '"label":"2026-Q2"')
    with pytest.raises(RecordError) as caught:
        apply(changed, Override(**GIVEN, score="1"))
    assert "CPN-V05" in {each.code for each in caught.value.findings}


def test_every_fault_of_an_override_at_once():
    assert str(refused(author=" ", reason="", date="soon", band="hihg", score="88.123")) == (
        "Nothing was corrected.\n"
        "  CPN-V21  author: 'author' is empty: a correction says who decided it, why and when.\n"
        "           to fix: fill it in.\n"
        "  CPN-V21  reason: 'reason' is empty: a correction says who decided it, why and when.\n"
        "           to fix: fill it in.\n"
        "  CPN-V02  date: no date or instant of ISO 8601.\n"
        "           to fix: write 2026-04-02 or 2026-04-02T09:00:00+07:00.\n"
        "  CPN-V17  band: the policy has no band 'hihg'. Did you mean 'high'?\n"
        "           to fix: use one of: high, middle, low.\n"
        "  CPN-V18  score: '88.123' is no score as this policy publishes it.\n"
        '           to fix: write a number with 2 decimals or fewer, such as "88.5".'
    )
    assert str(refused()) == (
        "Nothing was corrected.\n"
        "  CPN-V16  score, band: neither a score nor a band is given.\n"
        "           to fix: say what replaces the result: score, band, or both."
    )
    assert refused(score="very good").code == "CPN-V18"


def test_a_correction_is_read_strictly():
    document = apply(RECORD, Override(**GIVEN, score="1")).to_dict()
    for changed, code in (
        (document | {"schema": "capaian/override/2"}, "CPN-V04"),
        (document | {"why": "x"}, "CPN-P01"),
        ({k: v for k, v in document.items() if k != "author"}, "CPN-P02"),
        (RECORD, "CPN-V04"),
    ):
        with pytest.raises(RecordError) as caught:
            read_correction(changed)
        assert code in {each.code for each in caught.value.findings}


@given(st.lists(st.decimals(0, 120, places=2).map(str), min_size=1, max_size=6))
def test_any_history_is_proved_and_none_of_its_documents_can_be_left_out(scores):
    """But the last, which leaves a history that stood before."""
    history = History(RECORD)
    for each in scores:
        history = history.apply(Override(**GIVEN, score=each))
    assert chain(RECORD, history.corrections) == history
    assert history.standing.score == f"{float(scores[-1]):.2f}"
    for at in range(len(scores) - 1):
        left = [*history.corrections[:at], *history.corrections[at + 1 :]]
        with pytest.raises(RecordError):
            chain(RECORD, left)
