"""Keeps evidence out of what is raised: an error leaves a public verb alone, without its past.

An error's message never holds an identifier, a name or the content of a row. Its past may: the
engine's own error quotes the value that it met, and every frame that it came through still holds
tables, which tools that collect errors write down with it. So each verb lets go of both.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from capaian.errors import CapaianError, Finding, PluginError, place_of

Verb = TypeVar("Verb", bound=Callable[..., Any])
PROGRESS = "progress"
"""The argument that is a function of the caller's: what it raises is the caller's own."""


def discreet(verb: Verb) -> Verb:
    """Return a verb that raises errors alone: without cause, context and the frames within it.

    What capaian raises on purpose is raised again as it is. Anything else becomes CPN-X05, with
    what it was and where, and without its text. `KeyboardInterrupt` and its like, a lack of memory,
    a missing library and what a `progress` function raises pass; so does a call with the wrong
    arguments. The verb itself, for whoever looks for a fault in capaian, is its `__wrapped__`.

    Parameters
    ----------
    verb
        A function, or a method of a result.

    Raises
    ------
    CapaianError
        What the verb raises; CPN-X05.
    """

    @wraps(verb)
    def alone(*given: Any, **named: Any) -> Any:
        own: list[Exception] = []
        if named.get(PROGRESS) is not None:
            named = {**named, PROGRESS: _noting(named[PROGRESS], own)}
        try:
            return verb(*given, **named)
        except Exception as error:  # noqa: BLE001 - whatever an engine raises
            called = error.__traceback__ is not None and error.__traceback__.tb_next is None
            failed = error if called else _alone(error, own)
        # Outside of the clause nothing is in hand that would become its context; and this frame,
        # which stays in the traceback, holds no tables any more.
        del given, named
        raise failed

    return cast("Verb", alone)


def _noting(function: Callable[..., Any], own: list[Exception]) -> Callable[..., Any]:
    """Return a function that keeps what it raises."""

    def told(*given: Any) -> Any:
        try:
            return function(*given)
        except Exception as error:
            own.append(error)
            raise

    return told


def _alone(error: Exception, own: list[Exception]) -> Exception:
    if error in own:
        return error
    if isinstance(error, CapaianError):
        return bare(error)
    if isinstance(error, MemoryError):
        return MemoryError()
    if isinstance(error, ImportError):
        return bare(error)
    return fault(error)


Error = TypeVar("Error", bound=Exception)


def bare(error: Error) -> Error:
    """Return the same error without what came before it.

    What a plugin raised stays the cause of a `PluginError`, for its author: a plugin is made ready
    before any evidence is read.
    """
    error.__traceback__ = None
    error.__context__ = None
    if not isinstance(error, PluginError):
        error.__cause__ = None
    error.__suppress_context__ = True
    return error


def fault(error: BaseException) -> CapaianError:
    """Build (not raise) the error of what should not have happened, without its text.

    Parameters
    ----------
    error
        What was raised.

    Returns
    -------
    CapaianError
        CPN-X05.
    """
    return CapaianError("capaian could not go on.", [Finding("CPN-X05", "", place_of(error))])
