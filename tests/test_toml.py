"""TOML as it is, and texts that would cost more than they are."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bounded import bounded
from capaian.toml import DEEPEST, read_toml

LINES = st.sampled_from(
    ["a.b = 1.5", 'c = "x.y"', "d = '''a.b\n.c'''", 'e = """\n"a".b\\""""', "# a.b.c", "",
     "[f.g]", "h = [1.5, 2.5]", 'i = { j.k = 1, l = "." }', "[[m]]", "n = '.'", '"o.p" = 0.1']
)  # fmt: skip


@given(st.lists(LINES, max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_a_sound_text_is_read_as_the_standard_library_reads_it(lines, end):
    """Law: the same value, or the same refusal."""
    text = end.join(lines)
    try:
        expected = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError:
        with pytest.raises(tomllib.TOMLDecodeError):
            read_toml(text)
    else:
        assert read_toml(text) == expected


DEEP = {
    "key": ".".join(["a"] * 100_000) + " = 1",
    "table": "[" + ".".join(["a"] * 100_000) + "]",
    "quoted": " . ".join(['"!"'] * 100_000) + " = 1",
    "inline": "a = {" + ".".join(["'='"] * 100_000) + " = 1}",
    "just too deep": "a." * DEEPEST + "a = 1",
    "after texts": """a = "x.y"\nb = 'z'\n""" + "a." * DEEPEST + "a = 1",
    "lists": "a = " + "[" * 100_000,
}


def read_deep(name):
    """What is said of a text that lies too deep."""
    try:
        read_toml(DEEP[name])
    except RecursionError:
        return "too deep"
    return "read"


@pytest.mark.parametrize("name", DEEP)
def test_what_lies_too_deep_is_refused_before_it_costs_anything(name):
    """Without this, a line of 200 kB takes 40 GB."""
    assert bounded(read_deep, name) == "too deep"


def test_as_deep_as_may_be():
    found = read_toml("a." * (DEEPEST - 1) + "a = 1")
    for _ in range(DEEPEST - 1):
        found = found["a"]
    assert found == {"a": 1}


MARKS = [
    '"', "'", '"""', "'''", "\\", '"\\', "a.", '"""\\', '"""\\"', "'''\n", '""""', '"\\\n',
    '\\"""\n', "#", "[",
]  # fmt: skip
BEGINNINGS = {"in a value": "a = ", "over lines": 'a = """\n', "as it is": "a = '''\n"}
DOTS = "# " + "." * DEEPEST + "\n"
"""So many dots that it is looked how they stand; none of them is in a key that is too deep."""
LENGTH = 4_000_000


def read_endless():
    """Every mark that opens something, millions of times and never closed, after every beginning."""
    said = []
    for beginning in BEGINNINGS.values():
        for mark in MARKS:
            try:
                read_toml(DOTS + beginning + mark * (LENGTH // len(mark)))
            except (tomllib.TOMLDecodeError, RecursionError):
                said.append(mark)
    return len(said)


def test_looking_takes_one_walk_through_the_text():
    """A walk for each mark would take hours: the limit of the child tells that apart."""
    assert bounded(read_endless) == len(MARKS) * len(BEGINNINGS)


TOKENS = st.text(alphabet="ab.='\"\\\n#[]{}, ", max_size=40)


@given(TOKENS)
def test_texts_with_dots_are_read_as_the_standard_library_reads_them(text):
    """Law: looking at the dots changes nothing, whatever is open, closed or escaped."""
    text = DOTS + text
    try:
        expected = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        with pytest.raises(tomllib.TOMLDecodeError):
            read_toml(text)
    else:
        assert read_toml(text) == expected


@given(TOKENS)
def test_a_key_that_is_too_deep_is_seen_after_any_sound_text(text):
    """Nothing hides it: neither an escape, nor a comment, nor marks of the other kind."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    with pytest.raises(RecursionError):
        read_toml(text + "\n" + "a." * DEEPEST + "a = 1")
