"""How a command's output ends: whole, or what is wrong is told, with a code and no traceback."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import click

from capaian.cli.options import BAD_INPUT, PLUGIN_FAILED, print_json, shown
from capaian.discreet import fault
from capaian.errors import CapaianError, Language, OutputError, refuse

_NOT_TAKEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EAGAIN}


@contextmanager
def whole_output() -> Iterator[None]:
    """Have standard output tell where it took a part of a text only.

    Unbuffered, as containers often have it (`PYTHONUNBUFFERED`), Python drops without a word what a
    full disk did not take.
    """
    usual = sys.stdout
    raw = getattr(usual, "buffer", None)
    if not isinstance(raw, io.RawIOBase):
        yield
        return
    usual.flush()
    buffered = io.BufferedWriter(raw)
    text = io.TextIOWrapper(buffered, usual.encoding, usual.errors, line_buffering=True)
    sys.stdout = text
    try:
        yield
    finally:
        sys.stdout = usual
        text.detach()
        buffered.detach()  # or the end of these two would close what is not theirs


def ended(error: Exception, given: Sequence[str]) -> int:
    """Tell what a command raised.

    With `--json` it is told on standard output, else on standard error; there too where standard
    output takes no more.

    Parameters
    ----------
    error
        What was raised.
    given
        The arguments of the command line.

    Returns
    -------
    int
        The exit code.
    """
    try:
        return _told(error, given)
    except OSError as lost:
        return _without_output(lost, given)


def _told(error: Exception, given: Sequence[str]) -> int:
    as_json = "--json" in given
    if isinstance(error, click.exceptions.Abort):
        return BAD_INPUT
    if isinstance(error, click.ClickException):
        if as_json:
            print_json(
                {
                    "schema": "capaian/error/1",
                    "error": "UsageError",
                    "code": "CPN-X01",
                    "headline": error.format_message(),
                    "findings": [],
                }
            )
        else:
            error.show()
        return BAD_INPUT
    if isinstance(error, BrokenPipeError) or getattr(error, "errno", None) in _NOT_TAKEN:
        raise error
    failed = error if isinstance(error, CapaianError) else fault(error)
    if as_json:
        print_json(failed.to_dict())
    else:
        click.echo(shown(failed.text(_language(given))), err=True)
    return PLUGIN_FAILED if failed.of_plugin else BAD_INPUT


def _without_output(lost: OSError, given: Sequence[str]) -> int:
    # Nothing is left to be flushed when the interpreter ends, which would fail once more.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not isinstance(lost, BrokenPipeError):  # then nobody reads any more, and nobody wants to
        reason = errno.errorcode.get(lost.errno or 0, "?")
        failed = refuse(
            OutputError, "The result could not be written.", "CPN-X07", "", reason=reason
        )
        with suppress(OSError):
            click.echo(shown(failed.text(_language(given))), err=True)
    return BAD_INPUT


def _language(given: Sequence[str]) -> Language:
    return "id" if "--language=id" in given or ("--language" in given and "id" in given) else "en"
