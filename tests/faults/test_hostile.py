"""Hostile documents through every door: refused with a code, or read, within bounds of time and memory."""

import tempfile
from string import Formatter

import pytest
from doors import DOORS, said, sound, text_of
from hostile import files, keyed, keys_tried, planted, values_tried

from bounded import bounded
from capaian.errors import CapaianError, Finding, catalogue


@pytest.mark.parametrize("door", DOORS)
def test_what_is_sound_is_read(door, tmp_path):
    """Else nothing below would show anything."""
    assert said(door, text_of(door, sound(door)).encode(), tmp_path) is None


def hand_in_files(door):
    """What is said of files that are no such document."""
    with tempfile.TemporaryDirectory() as folder:
        return {name: _code(door, content, folder) for name, content in files(door).items()}


def hand_in_values(door):
    """What is said of a document with a hostile value, in each place and of each kind."""
    with tempfile.TemporaryDirectory() as folder:
        return [_code(door, planted(door, *pair), folder) for pair in values_tried(door)]


def hand_in_keys(door):
    """What is said of hostile names of keys, in each table."""
    with tempfile.TemporaryDirectory() as folder:
        return [_code(door, keyed(door, *pair), folder) for pair in keys_tried(door)]


def _code(door, content, folder):
    error = said(door, content, folder)
    return None if error is None else error.code


@pytest.mark.parametrize("door", DOORS)
def test_files_that_are_no_document(door):
    """Each is refused; nothing in them is run, unpacked or resolved."""
    codes = bounded(hand_in_files, door)
    refused = {
        "utf-16",
        "utf-32",
        "half",
        "packed",
        "bomb",
        "pickle",
        "elf",
        "xml",
        "yaml",
        "bytes",
    }
    assert {name for name in refused if not codes[name]} == set()
    assert all(codes[name] for name in ("lists", "tables", "keys", "digits", "name"))


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_hostile_values_in_every_place(door):
    """Nesting of 100,000, as many keys, a million digits, exponents of a milliard, marks that hide."""
    codes = bounded(hand_in_values, door)
    assert len([each for each in codes if each]) > len(codes) / 4


@pytest.mark.parametrize("door", DOORS)
def test_hostile_names_of_keys(door):
    """A million characters, control characters, nothing at all."""
    assert any(bounded(hand_in_keys, door))


def test_an_error_ends_where_nobody_reads_on():
    """A place and a value of a million characters; and what would steer a terminal is shown."""
    finding = Finding(
        "CPN-P01", "a" * 10**6, {"key": "\x1b[31m\u202e\n", "hint": "", "known": "b" * 10**6}
    )
    assert len(finding.where) == 500
    assert len(finding.values["known"]) == 2_000
    assert finding.where.endswith("a…")
    said = CapaianError("head\x1b", [finding]).text()
    assert said.startswith("head\\x1b\n  CPN-P01  aaa")
    assert "unknown key '\\x1b[31m\\u202e\\n'." in said
    assert len(said) < 6_000


def test_every_text_of_an_error_can_be_said():
    """A brace that is no place for a value would break the error while it is told."""
    for code, texts in catalogue().items():
        for text in texts.values():
            names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
            assert all(map(str.isidentifier, names)), (code, text)
