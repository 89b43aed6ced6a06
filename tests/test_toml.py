"""TOML as it is, and texts that would cost more than they are."""

import time
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    "text",
    [
        ".".join(["a"] * 100_000) + " = 1",
        "[" + ".".join(["a"] * 100_000) + "]",
        " . ".join(['"!"'] * 100_000) + " = 1",
        "a = {" + ".".join(["'='"] * 100_000) + " = 1}",
        "a." * DEEPEST + "a = 1",
        "a = " + "[" * 100_000,
    ],
    ids=["key", "table", "quoted", "inline", "just too deep", "lists"],
)
def test_what_lies_too_deep_is_refused_at_once(text):
    """Without this, a line of 200 kB takes all the memory there is."""
    start = time.process_time()
    with pytest.raises(RecursionError):
        read_toml(text)
    assert time.process_time() - start < 1


def test_as_deep_as_may_be():
    found = read_toml("a." * (DEEPEST - 1) + "a = 1")
    for _ in range(DEEPEST - 1):
        found = found["a"]
    assert found == {"a": 1}


@pytest.mark.parametrize("mark", ['"', "'", '"""', "'''", "\\", '"\\', "a.", '"""\\'])
def test_looking_takes_no_longer_than_the_text(mark):
    """A million marks that open and never close."""
    start = time.process_time()
    with pytest.raises((tomllib.TOMLDecodeError, RecursionError)):
        read_toml("a = " + mark * (1_000_000 // len(mark)))
    assert time.process_time() - start < 2
