"""The page of what is promised says what there is."""

import re
from importlib import import_module
from pathlib import Path

import pytest

import capaian
from capaian.cli import cli
from capaian.cli.options import BAD_INPUT, DONE, FOUND, PLUGIN_FAILED

PAGE = (Path(__file__).parents[1] / "docs" / "reference" / "stable.md").read_text(encoding="utf-8")


def test_every_public_name_is_promised_and_no_other():
    listed = PAGE.partition("<!-- names -->\n")[2].partition("\n\n")[0]
    assert re.findall(r"`(\w+)`", listed) == capaian.__all__


def test_every_word_of_the_command_line_is_promised_and_no_other():
    words = re.findall(r"^\| `capaian ([a-z-]+)` \|", PAGE, re.MULTILINE)
    assert sorted(words) == sorted(cli.commands)


def test_exit_codes_are_as_they_are_told():
    """Of the command line, and of the process that answers others."""
    told = re.findall(r"^\| (\d) \| (\w+)", PAGE, re.MULTILINE)
    assert told == [("0", "done"), ("1", "something"), ("2", "bad"), ("3", "a")]
    assert (DONE, FOUND, BAD_INPUT, PLUGIN_FAILED) == (0, 1, 2, 3)
    module = import_module("capaian.stdio.serve")
    assert (module.DONE, module.FOUND, module.BAD_INPUT, module.FAILED) == (0, 1, 2, 3)


@pytest.mark.parametrize("name", capaian.__all__)
def test_every_public_name_is_there(name):
    assert getattr(capaian, name).__doc__
