"""The digest of evidence is what its definition says, worked out by hand."""

import json
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from capaian.record import Read
from capaian.scores.digests import hash_of
from recorded import CASES, scored


def by_hand(columns, rows):
    """As the reference says it: a line of columns, the rows sorted, each with a line feed."""
    lines = sorted(
        json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() for row in rows
    )
    head = json.dumps(columns, ensure_ascii=False, separators=(",", ":")).encode()
    return sha256(b"".join(each + b"\n" for each in [head, *lines])).hexdigest()


def test_a_digest_by_hand():
    """Services of one subject: the column that dates them, and nothing else is read."""
    rows = [each for each in CASES["office"]()[1]["services"] if each["nip"] == "a"]
    [digest] = [
        each for each in scored("office").record("a").contents.evidence if each.table == "services"
    ]
    assert digest.rows == len(rows)
    assert digest.sha256 == by_hand(
        [["date", "stamp", 0]], [[f"{each['date'].isoformat()}.000000"] for each in rows]
    )


def test_a_digest_with_conditions_and_pauses_by_hand():
    """What is compared is read as what it is compared with; pauses stand at the end of a row."""
    evidence = CASES["working"]()[1]
    record = scored("working").record("a")
    [digest] = [
        each
        for each in record.contents.evidence
        if len(each.columns) > 1 and each.table == "permits"
    ]
    paused = {each["no"]: each for each in evidence["pauses"]}

    def stamp(value):
        return None if value is None else f"{value.isoformat()}.000000"

    rows = []
    for each in evidence["permits"]:
        if each["nip"] == "a" and each["status"] != "void":
            pause = paused.get(each["no"])
            stretch = [[stamp(pause["from"]), stamp(pause["to"])]] if pause else []
            closed, received = stamp(each["closed"]), stamp(each["received"])
            rows.append([closed, received, each["status"], each["urgent"], stretch])
    columns = [
        ["closed", "stamp", 0],
        ["received", "stamp", 0],
        ["status", "text", 0],
        ["urgent", "boolean", 0],
    ]
    assert digest.sha256 == by_hand(columns, rows)


def test_the_roster_s_digest_is_of_its_facts():
    record = scored("gated").record("c")
    [digest] = [each for each in record.contents.evidence if each.table == "staff"]
    assert (digest.gives, digest.rows) == (("fact:new_idea",), 1)
    assert digest.sha256 == by_hand([["idea", "boolean", 0]], [[False]])


CELLS = st.none() | st.booleans() | st.text()


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2)), st.randoms())
def test_any_order_is_the_same_and_any_other_rows_are_not(rows, rng):
    """A row that stands twice counts twice."""
    columns = [Read("a", "text"), Read("b", "boolean")]
    lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]
    mixed = rng.sample(lines, len(lines))
    assert hash_of(columns, mixed) == hash_of(columns, lines)
    assert hash_of(columns, [*lines, "[null,null]"]) != hash_of(columns, lines)
    assert hash_of(columns[:1], lines) != hash_of(columns, lines)
