"""Titles as they are written and meant: one text for both languages, or a text for each."""

from __future__ import annotations

from typing import TypeAlias

from attrs import frozen

from capaian.indicator import Text


@frozen
class WrittenTitle:
    """A title by language."""

    en: str = ""
    id: str = ""


Title: TypeAlias = str | WrittenTitle | None


def title_of(written: Title, default: Text) -> Text:
    """Return a title in both languages; the default where none is written."""
    if written is None:
        return default
    if isinstance(written, str):
        return same_text(written)
    return {"en": written.en or written.id, "id": written.id or written.en}


def same_text(text: str) -> Text:
    """Return a text that is the same in both languages."""
    return {"en": text, "id": text}
