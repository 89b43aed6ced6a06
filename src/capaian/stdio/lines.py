"""Lines of a stream, each with its number; none takes more memory than the longest may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from attrs import frozen

from capaian.errors import Finding, RequestError

HEADLINE = "The request cannot be read."
PIECE = 1 << 16
"""Bytes in which the rest of a line that is too long is passed over."""


@frozen
class Line:
    """A line and its number, counted from 1; no bytes where it is too long."""

    number: int
    content: bytes | None

    def whole(self, longest: int) -> bytes:
        """Return its bytes.

        Raises
        ------
        RequestError
            CPN-J05: it is too long.
        """
        if self.content is None:
            raise RequestError(HEADLINE, [Finding("CPN-J05", "", {"limit": longest})])
        return self.content


def read_lines(stream: BinaryIO, longest: int) -> Iterator[Line]:
    """Return the lines that are not blank.

    Parameters
    ----------
    stream
        What is read until it ends.
    longest
        The most bytes of a line, its end not counted; the rest of a longer one is passed over.
    """
    number = 0
    while content := stream.readline(longest + 2):
        number += 1
        if not content.endswith(b"\n") and len(content) > longest:
            while (rest := stream.readline(PIECE)) and not rest.endswith(b"\n"):
                pass
            yield Line(number, None)
            continue
        content = content.rstrip(b"\r\n")
        if len(content) > longest:
            yield Line(number, None)
        elif content.strip():
            yield Line(number, content)
