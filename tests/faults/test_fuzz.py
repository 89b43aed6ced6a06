"""Random bytes and spoilt documents through every door: an error of capaian's own, or a sound value.

`make fuzz` tries many more; the number tried in CI is small and always the same.
"""

import json
import os
import tempfile

import pytest
from doors import DOORS, UNEXPECTED, said, sound, text_of
from hostile import QUICK, places, put
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capaian
from capaian.errors import CapaianError
from capaian.policy import read_policy, to_document
from small_office import OFFICE, made_up_evidence

IN_CI = 20
TRIED = int(os.environ.get("CAPAIAN_FUZZ", IN_CI))
"""Inputs of each kind at each door."""
FUZZ = settings(
    max_examples=TRIED,
    deadline=None,
    derandomize="CAPAIAN_FUZZ" not in os.environ,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from([*QUICK.values()]).map(json.loads),  # anew: what is drawn is changed later
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def proved(door, content):
    """Hand in; `said` fails where anything but an error of capaian's own comes out, or no round trip."""
    with tempfile.TemporaryDirectory() as folder:
        return said(door, content, folder)


@pytest.mark.parametrize("door", DOORS)
@FUZZ
@given(
    content=st.binary(max_size=200)
    | st.text(max_size=200).map(lambda each: each.encode("utf-8", "replace"))
)
def test_random_bytes(door, content):
    """Nobody reads them, and nobody falls over them."""
    proved(door, content)


@st.composite
def spoilt_bytes(draw, raw):
    """Bytes of a sound document: some turned over, taken out, doubled, or put elsewhere."""
    made = bytearray(raw)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(made) - 1, 0)))
        size = draw(st.integers(1, 40))
        match draw(st.sampled_from(["turn", "cut", "double", "move", "put"])):
            case "turn":
                made[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case "cut":
                del made[at : at + size]
            case "double":
                made[at:at] = made[at : at + size]
            case "move":
                piece = bytes(made[at : at + size])
                del made[at : at + size]
                to = draw(st.integers(0, len(made)))
                made[to:to] = piece
            case _:
                made[at:at] = draw(
                    st.sampled_from(
                        [b'"', b"{", b"]", b"\\", b"\0", b"\n", b"9", b"-", b"e9", b"\xff"]
                    )
                )
    return bytes(made)


@pytest.mark.parametrize("door", DOORS)
@FUZZ
@given(draws=st.data())
def test_documents_with_spoilt_bytes(door, draws):
    """As they come from a broken disk, a wrong editor, or somebody who tries."""
    proved(door, draws.draw(spoilt_bytes(text_of(door, sound(door)).encode())))


@st.composite
def spoilt_values(draw, door):
    """A sound document with other values, without some, with some twice or under another's key."""
    document = sound(door)
    for _ in range(draw(st.integers(1, 3))):
        known = list(places(document))
        if not known:
            break
        path = draw(st.sampled_from(known))
        *above, last = path
        table = document
        for each in above:
            table = table[each]
        match draw(
            st.sampled_from(
                ["other", "other", "gone", "twice", "swapped", "wrapped", "text", "renamed"]
            )
        ):
            case "other":
                put(document, path, draw(PLAIN))
            case "gone":
                del table[last]
            case "twice" if isinstance(table, list):
                table.insert(draw(st.integers(0, len(table))), table[last])
            case "swapped":
                other = sound(door)
                for each in draw(st.sampled_from(list(places(other)))):
                    other = other[each]
                table[last] = other
            case "wrapped":
                table[last] = [table[last]]
            case "text":
                table[last] = str(table[last])
            case "renamed" if isinstance(table, dict):
                table[draw(st.text(max_size=6))] = table.pop(last)
            case _:
                table[last] = draw(st.integers() | st.text(max_size=4))
    return document


@pytest.mark.parametrize("door", DOORS)
@FUZZ
@given(draws=st.data())
def test_documents_with_other_values(door, draws):
    """Of another type, missing, twice, or those of another key, in places drawn at random."""
    document = draws.draw(spoilt_values(door))
    proved(door, text_of(door, document).encode("utf-8", "surrogatepass"))


@FUZZ
@given(draws=st.data())
def test_a_spoilt_policy_that_is_read_scores_or_refuses(draws):
    """And is the same policy when it is written and read again."""
    try:
        policy = read_policy(draws.draw(spoilt_values("policy.json")))
        assert to_document(read_policy(to_document(policy))) == to_document(policy)
        scores = capaian.score(policy, made_up_evidence(), period="2026-01")
        assert json.loads(scores.to_json())
    except CapaianError as error:
        assert error.code not in UNEXPECTED, error.findings[0].values  # noqa: PT017


CELL = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.binary(max_size=4),
    st.datetimes(), st.dates(), st.timedeltas(), st.decimals(), st.fractions(), st.lists(st.integers(), max_size=2),
    st.just({}), st.complex_numbers(), st.sampled_from(["2026-01-05", "2026-01-05T10:00:00+07:00", "1e999", "\ud800"]),
)  # fmt: skip


@FUZZ
@given(draws=st.data())
def test_spoilt_evidence_scores_or_refuses(draws):
    """Rows with cells of any kind, without some, with others, twice."""
    evidence = made_up_evidence(size=8)
    for _ in range(draws.draw(st.integers(1, 4))):
        table = draws.draw(st.sampled_from(list(evidence)))
        rows = evidence[table]
        row = draws.draw(st.sampled_from(rows)) if rows else {}
        column = draws.draw(st.sampled_from([*row, "other"]))
        match draws.draw(
            st.sampled_from(["cell", "cell", "gone", "none", "twice", "key", "table"])
        ):
            case "cell":
                row[column] = draws.draw(CELL)
            case "gone":
                row.pop(column, None)
            case "none":
                rows.clear()
            case "twice":
                rows.append(dict(row))
            case "key":
                row[draws.draw(KEY)] = 1
            case _:
                evidence[table] = draws.draw(PLAIN)
                break
    try:
        scores = capaian.score(read_policy(OFFICE), evidence, period="2026-01")
        assert json.loads(scores.to_json())
    except CapaianError as error:
        assert error.code not in UNEXPECTED, error.findings[0].values  # noqa: PT017


KEY = st.none() | st.integers() | st.text(max_size=4) | st.binary(max_size=2) | st.dates()
SPOILT_FILES = ("csv", "jsonl", "parquet")


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("form", SPOILT_FILES)
@FUZZ
@given(draws=st.data())
def test_spoilt_files_of_evidence_score_or_are_refused(form, engine, draws):
    """CSV, JSON Lines and Parquet with spoilt bytes; JSON Lines DuckDB does not read at all."""
    raw = draws.draw(spoilt_bytes(_file(form)))
    with tempfile.NamedTemporaryFile(suffix=f".{form}") as file:
        file.write(raw)
        file.flush()
        tables = {**made_up_evidence(), "survey": file.name}
        if engine == "duckdb":
            tables = {"survey": file.name}
        try:
            scores = capaian.score(_SURVEY, tables, period="2026-01", engine=engine)
            assert json.loads(scores.to_json())
        except CapaianError as error:
            assert error.code not in UNEXPECTED, error.findings[0].values  # noqa: PT017


_SURVEY = read_policy(
    {**OFFICE, "nodes": [], "indicators": [{**OFFICE["indicators"][2], "weight": 1}]}
)


def _file(form):
    """The survey as a file."""
    import polars as pl

    frame = pl.DataFrame(made_up_evidence()["survey"])
    with tempfile.TemporaryFile() as file:
        getattr(frame, {"jsonl": "write_ndjson"}.get(form, f"write_{form}"))(file)
        file.seek(0)
        return file.read()
