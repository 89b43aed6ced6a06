"""Where values are while a program is printed: a few buffers, each used again when it is free."""

from __future__ import annotations

from collections import Counter


class Pool:
    """Names of buffers; one that is given back is used again."""

    def __init__(self, letter: str) -> None:
        self.letter = letter
        self.made = 0
        self.free: list[str] = []

    def take(self) -> str:
        """Return one that is free."""
        if self.free:
            return self.free.pop()
        self.made += 1
        return f"{self.letter}{self.made - 1}"

    def give(self, name: str) -> None:
        """Give one back."""
        if name.startswith(self.letter):
            self.free.append(name)


class Buffers:
    """The places of a program's values, and how often each is still to be read.

    Attributes
    ----------
    uses
        How often each value is to be read.
    lines
        The source so far.
    """

    def __init__(self, uses: Counter[int]) -> None:
        self.uses = uses
        self.lines: list[str] = []
        self.floats, self.answers = Pool("b"), Pool("m")
        self.place: dict[int, str | float] = {}
        """Where each value is: a buffer's name, or a constant."""
        self.pending: Counter[str] = Counter()
        """How often each buffer is still to be read."""

    def value(self, at: int) -> str:
        """Return a value as source."""
        place = self.place[at]
        return place if isinstance(place, str) else said(place)

    def constants(self, *args: int) -> list[float]:
        """Return the values, where all are constants; otherwise nothing."""
        found = [self.place[at] for at in args]
        return [] if any(isinstance(each, str) for each in found) else [float(e) for e in found]

    def put(self, at: int, name: str) -> str:
        """Note in which buffer a value is."""
        self.place[at] = name
        self.pending[name] += self.uses[at]
        return name

    def done(self, *args: int) -> None:
        """Note that values have been read; give back the buffers that are not read again."""
        for at in args:
            self.uses[at] -= 1
            name = self.place[at]
            if isinstance(name, str):
                self.pending[name] -= 1
                if not self.pending[name] and not name.startswith("o"):
                    (self.answers if name.startswith("m") else self.floats).give(name)

    def line(self, text: str) -> None:
        """Write a line."""
        self.lines.append(text)

    def buffered(self, at: int) -> str:
        """Return a value as a buffer, also where it is a constant."""
        if self.constants(at):
            value = self.value(at)
            name = self.put(at, self.floats.take())
            self.line(f"{name}.fill({value})")
        return self.value(at)

    def share(self, at: int, other: int) -> None:
        """Let a value be the same as an earlier one, to which nothing had to be done."""
        self.put(at, self.value(other))
        self.done(other)


def said(value: float) -> str:
    """Return a float as source; `inf` and `nan` are names there."""
    return repr(float(value))
