"""JSON pointers: of places in sound documents and in broken ones, and of all that differs."""

import json
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.wire import canonical, differences, pointer, pointer_at

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def resolve(document, place):
    """What a pointer points at, by RFC 6901."""
    steps = [each.replace("~1", "/").replace("~0", "~") for each in place.split("/")[1:]]
    return reduce(
        lambda here, s: here[int(s)] if isinstance(here, list) else here[s], steps, document
    )


@pytest.mark.parametrize(
    ("steps", "expected"),
    [([], ""), (["a", 0], "/a/0"), (["a/b", "m~n"], "/a~1b/m~0n"), ([""], "/")],
)
def test_a_pointer_is_written_as_the_rfc_has_it(steps, expected):
    assert pointer(steps) == expected


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ('{"a": 1, "b": [1, {"c": X}]}', "X", "/b/1/c"),
        ('{"a": [], "b": X', "X", "/b"),
        ('{"a": {"b": 1}X', "X", "/a"),
        ('{"a": {"b": 1}, X', "X", "/a"),
        ("[X", "X", "/0"),
        ("X", "X", ""),
        ('{"a\\"b": X', "X", '/a"b'),
        ('{"a": "unended X', "X", "/a"),
        ('{"\\q": X', "X", "/\\q"),
        ("]]X", "X", ""),
    ],
)
def test_a_position_in_a_broken_text_has_a_place(text, mark, expected):
    assert pointer_at(text, text.index(mark)) == expected


NUMBERED = st.recursive(
    st.just(0),
    lambda inner: (
        st.lists(inner, min_size=1)
        | st.dictionaries(st.text('ab/~"\\', min_size=1), inner, min_size=1)
    ),
    max_leaves=20,
)


@given(NUMBERED)
def test_every_value_is_found_where_it_stands(document):
    """Each leaf has a number of its own, so that its text says which one it is."""
    count = iter(range(1000, 9999))

    def number(each):
        if isinstance(each, dict):
            return {key: number(each[key]) for key in sorted(each)}
        return [number(one) for one in each] if isinstance(each, list) else next(count)

    text = canonical(number(document))
    for leaf in range(1000, next(count)):
        assert resolve(json.loads(text), pointer_at(text, text.index(str(leaf)))) == leaf


@given(JSON, JSON)
def test_what_differs_points_at_both_values(one, other):
    """And what does not, is nowhere named."""
    found = list(differences(one, other))
    assert (found == []) == (canonical(one) == canonical(other))
    for place, left, right in found:
        for document, value in ((one, left), (other, right)):
            try:
                assert resolve(document, place) == value
            except (KeyError, IndexError, TypeError):
                assert value is None


@given(JSON)
def test_a_document_differs_from_itself_nowhere(document):
    assert list(differences(document, json.loads(canonical(document)))) == []
