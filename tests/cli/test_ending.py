"""How a command's output ends; with real processes in tests/faults/test_writes.py."""

import io
import sys

import click
import pytest

from capaian.cli.ending import ended, whole_output


class Full(io.RawIOBase):
    """Takes the first three bytes of each text, and then tells nobody."""

    def __init__(self, most):
        self.taken, self.most = b"", most

    def writable(self):
        return True

    def write(self, text):
        piece = bytes(text[: max(0, min(3, self.most - len(self.taken)))])
        if not piece:
            raise OSError(28, "no space left on device")
        self.taken += piece
        return len(piece)


def test_what_takes_a_part_is_given_the_rest(monkeypatch):
    """Python's own unbuffered output does not, and says nothing; it is as before afterwards."""
    raw = Full(100)
    usual = io.TextIOWrapper(raw, "utf-8", write_through=True)
    monkeypatch.setattr(sys, "stdout", usual)
    usual.write("abcdefgh")
    with whole_output():
        sys.stdout.write("abcdefgh\n")
    assert sys.stdout is usual
    assert raw.taken == b"abcabcdefgh\n"
    assert not raw.closed


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (click.exceptions.Abort(), 2),
        (click.UsageError("no"), 2),
        (RuntimeError("secret"), 2),
    ],
)
def test_each_error_has_its_exit_code(error, code, capsys):
    assert ended(error, []) == code
    assert "secret" not in "".join(capsys.readouterr())
