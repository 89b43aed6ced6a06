"""Titles as they are meant: one text for both languages, or a text for each."""

from __future__ import annotations

from capaian.indicator import Text
from capaian.policy.written import Title


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
