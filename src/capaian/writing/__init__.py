"""Files are written whole or not at all, and why one was not is said with a code."""

from __future__ import annotations

from capaian.writing.whole import unwritable, write_bytes, write_text, write_texts, writing_to

__all__ = ["unwritable", "write_bytes", "write_text", "write_texts", "writing_to"]
