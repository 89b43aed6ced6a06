"""Texts in the reader's language, from gettext catalogues that come with the library.

A text stands in the source in English. Its Indonesian is in `locale/id/LC_MESSAGES/capaian.po`,
compiled to the `.mo` beside it. No locale of the process is read or set: the language is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from typing import TypeAlias

from capaian.errors import Language

Say: TypeAlias = Callable[[str], str]


def N_(text: str) -> str:  # noqa: N802 - the name by which gettext's tools find a text
    """Mark a text as one to be translated; it is said later."""
    return text


def say_in(language: Language) -> Say:
    """Return the function that gives a text in a language.

    Parameters
    ----------
    language
        `en` gives each text as it stands, `id` its translation.

    Examples
    --------
    >>> say_in("id")("How to object")
    'Cara mengajukan keberatan'
    """
    return _as_it_stands if language == "en" else _catalogue(language).gettext


def _as_it_stands(text: str) -> str:
    return text


@cache
def _catalogue(language: Language) -> GNUTranslations:
    place = files("capaian").joinpath("locale", language, "LC_MESSAGES", "capaian.mo")
    with place.open("rb") as stream:
        return GNUTranslations(stream)
