"""From bytes to plain values: exact, within limits; what is refused, with its whole text."""

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import SAFE, RequestError
from capaian.wire import parse_object
from capaian.wire.reading import DEEPEST, LONGEST_KEY, LONGEST_TEXT, MOST_KEYS, read_object


def refused(content, language="en"):
    with pytest.raises(RequestError) as caught:
        read_object(content if content is None else content.encode("utf-8", "surrogatepass"))
    return caught.value.text(language)


def test_numbers_are_exact():
    """Whole ones stay whole, and a decimal is what it says."""
    found = read_object(b'{"a": 1, "b": 0.1, "c": 1e2, "d": "198706152010121003"}')
    assert found == {"a": 1, "b": Decimal("0.1"), "c": Decimal(100), "d": "198706152010121003"}
    assert type(found["b"]) is Decimal


SAID = {
    '{"id": 1': (
        "CPN-J03  it is not JSON: expecting ',' delimiter, at character 9.",
        "write one JSON object; on standard input, on one line.",
    ),
    '{"a": "\udc80"}': (
        "CPN-J04  it is not UTF-8: byte 8 of it.", "write it in UTF-8.",
    ),
    "[1]": ("CPN-J14  it is a list, not an object.", "write one JSON object; on standard input, on one line."),
    '{"a": NaN}': (
        "CPN-J13  NaN is not a number of JSON.", "write null where nothing is known.",
    ),
    '{"a": -Infinity}': (
        "CPN-J13  -Infinity is not a number of JSON.", "write null where nothing is known.",
    ),
    '{"a": 1, "b": {"c": 1, "c": 2}}': (
        "CPN-J12  the key 'c' stands twice in one object.", "keep one of them.",
    ),
    '{"nip": 198706152010121003}': (
        "CPN-J10  nip: whole numbers larger than 9007199254740991 (1 of them), which not every program keeps.",
        "write identifiers and large numbers as text, in quotes.",
    ),
    '{"evidence": {"staff": [{"name": "\\ud800"}, {"name": "\\udfff"}]}}': (
        "CPN-J11  evidence.staff[0].name: texts with half of a pair of surrogates (2 of them), which is no character.",
        "write whole characters.",
    ),
    '{"a": 1e999}': ("CPN-J17  a: a number in it has too many digits.", "write fewer digits."),
    f'{{"a": {"9" * 5000}}}': (
        "CPN-J17  a number in it has too many digits.", "write fewer digits.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("content", SAID, ids=lambda each: each[:20].encode("ascii", "replace"))
def test_what_cannot_be_read_is_refused(content):
    """The whole text of each."""
    what, remedy = SAID[content]
    assert refused(content) == (
        f"The request cannot be read.\n  {what}\n           to fix: {remedy}"
    )


def test_hostile_lines_are_refused_before_they_cost_anything():
    """Nesting of 100,000, as many keys, a name of a million characters."""
    assert "  CPN-J06  its objects and lists lie more than 64 deep" in refused("[" * 100_000)
    deep = '{"a":' + "[" * DEEPEST + "]" * DEEPEST + "}"
    assert "  CPN-J06  its objects and lists lie more than 64 deep" in refused(deep)
    keys = json.dumps({f"k{index}": 1 for index in range(100_000)})
    assert "  CPN-J07  an object has 100000 keys; the most is 10000." in refused(keys)
    name = json.dumps({"k" * 10**6: 1})
    assert "  CPN-J08  a key has 1000000 characters; the most is 1000." in refused(name)
    text = json.dumps({"policy": "k" * 10**6})
    assert "  CPN-J09  policy: a text has 1000000 characters; the most is 100000." in refused(text)


def test_what_reaches_a_limit_is_read():
    deep = '{"a":' + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1) + "}"
    assert read_object(deep.encode())
    assert len(read_object(json.dumps({f"k{index}": 1 for index in range(MOST_KEYS)}).encode()))
    assert read_object(json.dumps({"k" * LONGEST_KEY: "x" * LONGEST_TEXT, "n": SAFE}).encode())


def test_a_byte_order_mark_is_passed_over_only_where_it_may_be():
    content = b'\xef\xbb\xbf{"a": 1}'
    assert parse_object(content, marked=True) == {"a": 1}
    with pytest.raises(RequestError, match="CPN-J03"):
        parse_object(content)


def test_no_refusal_repeats_what_stands_in_a_row():
    """Rows are told by their position, also where they have an `id`."""
    secret = "198706152010121003"
    row = f'{{"id": "{secret}", "name": "\\ud800", "pay": 99999999999999999999}}'
    assert secret not in refused(f'{{"evidence": {{"staff": [{row}]}}}}')


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content):
    """Nothing else comes of them."""
    with suppress(RequestError):
        assert isinstance(read_object(content), dict)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=3), PLAIN))
def test_every_sound_object_comes_back(value):
    assert read_object(json.dumps(value).encode()) == value
    assert read_object(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")) is not None
