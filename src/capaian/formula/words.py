"""A tree in words, for the person whose score it makes: English and Indonesian."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from capaian.errors import Language
from capaian.formula.nodes import (
    Aggregate,
    Arithmetic,
    Blank,
    Column,
    Compare,
    Elapsed,
    Extreme,
    Geometric,
    Instant,
    Literal_,
    Logic,
    Node,
    Not,
    OneOf,
    Own,
    Paused,
    Present,
    Round,
    Stairs,
    Survival,
    When,
)
from capaian.formula.trees import substitute, walk

_SIGN = {"*": "×", "/": "÷", "-": "−", "+": "+", "<=": "≤", ">=": "≥", "!=": "≠"}
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}
_WORDS: dict[str, dict[Language, str]] = {
    "and": {"en": "and", "id": "dan"},
    "or": {"en": "or", "id": "atau"},
    "not": {"en": "not ({x})", "id": "bukan ({x})"},
    "present": {"en": "{x} is known", "id": "{x} ada"},
    "absent": {"en": "{x} is not known", "id": "{x} tidak ada"},
    "blank": {"en": "{x} is blank", "id": "{x} hanya berisi spasi"},
    "one_of": {"en": "{x} is one of {values}", "id": "{x} salah satu dari {values}"},
    "when": {
        "en": "({then} if {condition}, else {otherwise})",
        "id": "({then} jika {condition}, selain itu {otherwise})",
    },
    "series": {
        "en": "sum over x = {listed} of ({x})",
        "id": "jumlah untuk x = {listed} dari ({x})",
    },
    "min": {"en": "the least of {args}", "id": "terkecil dari {args}"},
    "max": {"en": "the greatest of {args}", "id": "terbesar dari {args}"},
    "cap": {"en": "{x}, at most {limit}", "id": "{x}, paling banyak {limit}"},
    "floor": {"en": "{x}, at least {limit}", "id": "{x}, paling sedikit {limit}"},
    "calendar": {"en": "time from {start} to {end}", "id": "waktu dari {start} sampai {end}"},
    "working_hours": {
        "en": "working time from {start} to {end}",
        "id": "jam kerja dari {start} sampai {end}",
    },
    "working_days": {
        "en": "working days from {start} to {end}",
        "id": "hari kerja dari {start} sampai {end}",
    },
    "dates": {"en": "days from {start} to {end}", "id": "hari dari {start} sampai {end}"},
    "paused": {
        "en": "paused time between {start} and {end}",
        "id": "waktu jeda antara {start} dan {end}",
    },
    "as_of": {"en": "the cut-off", "id": "batas data"},
    "start": {"en": "the start of the period", "id": "awal periode"},
    "end": {"en": "the end of the period", "id": "akhir periode"},
    "count": {"en": "all rows", "id": "semua baris"},
    "count_of": {"en": "rows with ({x})", "id": "baris dengan ({x})"},
    "sum": {"en": "sum of {x}", "id": "jumlah {x}"},
    "least": {"en": "least {x}", "id": "{x} terkecil"},
    "greatest": {"en": "greatest {x}", "id": "{x} terbesar"},
    "distinct": {"en": "number of different {x}", "id": "banyaknya {x} yang berbeda"},
    "within": {
        "en": "Kaplan-Meier share of cases ended by {at} (10⁻¹²), of {x}",
        "id": "bagian kasus selesai dalam {at} menurut Kaplan-Meier (10⁻¹²), dari {x}",
    },
    "quantile": {
        "en": "{x} by which {at} of the cases have ended",
        "id": "{x} ketika {at} kasus telah selesai",
    },
    "area": {
        "en": "mean {x} up to {at}, open cases counted",
        "id": "rata-rata {x} sampai {at}, kasus terbuka dihitung",
    },
    "round": {
        "en": "{x} rounded to {digits} decimals ({mode})",
        "id": "{x} dibulatkan ke {digits} desimal ({mode})",
    },
    "round_one": {
        "en": "{x} rounded to 1 decimal ({mode})",
        "id": "{x} dibulatkan ke 1 desimal ({mode})",
    },
    "stairs": {
        "en": "{x} read from a table of {count} edges, from {first} to {last}",
        "id": "{x} dibaca dari tabel dengan {count} batas, dari {first} sampai {last}",
    },
    "own": {"en": "{named}: {output} of {args}", "id": "{named}: {output} dari {args}"},
    "geometric": {"en": "geometric mean of {args}", "id": "rata-rata geometrik dari {args}"},
    "yes": {"en": "yes", "id": "ya"},
    "no": {"en": "no", "id": "tidak"},
}

_SERIES = 4
"""From so many like terms on, a sum is said as a series."""
_SHORT = 40
"""A condition shorter than this is said where it stands, however often."""
_LENGTHS = {
    "working days": "hari kerja",
    "working hours": "jam kerja",
    "seconds": "detik",
    "minutes": "menit",
    "hours": "jam",
    "days": "hari",
    "weeks": "minggu",
}


def words(tree: Node, language: Language = "en", names: Mapping[str, str] | None = None) -> str:
    """Return the formula as a sentence fragment.

    Parameters
    ----------
    tree
        The formula.
    language
        `en` or `id`.
    names
        What to call each column or input; a name that is not listed is used as it stands.
    """
    return _Speaker(language, names or {}).say(tree)


def sentence(tree: Node, language: Language = "en", names: Mapping[str, str] | None = None) -> str:
    """Return the formula with every condition that recurs said once, at the end, under a letter."""
    counts: dict[Node, int] = {}
    _count(tree, counts)
    recurring = [
        each
        for each, count in counts.items()
        if count > 1 and isinstance(each, Compare | Logic) and len(words(each, language)) > _SHORT
    ]
    recurring = [
        each for each in recurring if not any(each in walk(o) for o in recurring if o != each)
    ]
    letters: dict[Node, Node] = {
        each: Column(f"[{chr(65 + index)}]") for index, each in enumerate(recurring)
    }
    said = words(substitute(tree, letters), language, names)
    notes = [
        f"{words(letter, language)} = {words(each, language, names)}"
        for each, letter in letters.items()
    ]
    return "; ".join([said, *notes])


def _series(tree: Node) -> tuple[Node, tuple[Node, ...]] | None:
    """Return the term of a sum whose terms differ in one column only, and those columns."""
    terms: list[Node] = []
    while isinstance(tree, Arithmetic) and tree.op == "+":
        terms.append(tree.right)
        tree = tree.left
    terms = [tree, *reversed(terms)]
    if len(terms) < _SERIES:
        return None
    every = [{each for each in walk(term) if isinstance(each, Column)} for term in terms]
    shared = set.intersection(*every)
    own = [columns - shared for columns in every]
    if any(len(columns) != 1 for columns in own):
        return None
    columns = tuple(each for (each,) in own)
    x = Column("x")
    if len({substitute(term, {each: x}) for term, each in zip(terms, columns, strict=True)}) > 1:
        return None
    return substitute(terms[0], {columns[0]: x}), columns


def _count(tree: Node, counts: dict[Node, int]) -> None:
    counts[tree] = counts.get(tree, 0) + 1
    for child in tree.children():
        _count(child, counts)


def number(value: int | Fraction) -> str:
    """Return a number as people write it: a decimal where it ends, else `n/d`."""
    value = Fraction(value)
    if value.denominator == 1:
        return str(value.numerator)
    rest, digits = value.denominator, 0
    while rest % 10 == 0 or rest % 2 == 0 or rest % 5 == 0:
        rest //= 10 if rest % 10 == 0 else 2 if rest % 2 == 0 else 5
        digits += 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    scaled = abs(value) * 10**digits
    text = f"{int(scaled):0{digits + 1}d}"
    whole = f"{text[:-digits]}.{text[-digits:]}".rstrip("0").rstrip(".")
    return f"-{whole}" if value < 0 else whole


class _Speaker:
    def __init__(self, language: Language, names: Mapping[str, str]) -> None:
        self.language = language
        self.names = names

    def phrase(self, key: str, **parts: str) -> str:
        return _WORDS[key][self.language].format(**parts)

    def say(self, tree: Node) -> str:
        match tree:
            case Column(name):
                return self.names.get(name, name)
            case Literal_(value, said):
                return self.length(said) if said else self.value(value)
            case Instant(name):
                return self.phrase(name)
            case Arithmetic("+") if series := _series(tree):
                template, columns = series
                return self.phrase("series", x=self.say(template), listed=self.listed(columns))
            case Arithmetic(op, left, right):
                strength = _STRENGTH[op]
                first = self.inside(left, strength)
                second = self.inside(right, strength + (op in "-/"))
                return f"{first} {_SIGN[op]} {second}"
            case Compare(op, left, right):
                return f"{self.say(left)} {_SIGN.get(op, op)} {self.say(right)}"
            case Logic(op, left, right):
                return f"{self.side(left, op)} {self.phrase(op)} {self.side(right, op)}"
            case Not(Present(inner)):
                return self.phrase("absent", x=self.say(inner))
            case Not(inner):
                return self.phrase("not", x=self.say(inner))
            case Present(inner):
                return self.phrase("present", x=self.say(inner))
            case Blank(inner):
                return self.phrase("blank", x=self.say(inner))
            case OneOf(inner, values):
                listed = ", ".join(self.value(each) for each in values)
                return self.phrase("one_of", x=self.say(inner), values=listed)
            case When(condition, then, otherwise):
                parts = {"condition": condition, "then": then, "otherwise": otherwise}
                return self.phrase("when", **{key: self.say(each) for key, each in parts.items()})
            case Extreme(op, (inner, Literal_() as limit)):
                key = "cap" if op == "min" else "floor"
                return self.phrase(key, x=self.say(inner), limit=self.say(limit))
            case Extreme(op, args):
                return self.phrase(op, args=self.listed(args))
            case Elapsed(start, end, clock):
                return self.phrase(clock, start=self.say(start), end=self.say(end))
            case Paused(start, end):
                return self.phrase("paused", start=self.say(start), end=self.say(end))
            case Aggregate("count", None):
                return self.phrase("count")
            case Aggregate(op, inner) if inner is not None:
                key = {"count": "count_of", "min": "least", "max": "greatest"}.get(op, op)
                bracketed = op in {"min", "max"} and isinstance(inner, Arithmetic)
                said = self.say(inner)
                return self.phrase(key, x=f"({said})" if bracketed else said)
            case Survival(op, duration, _, at):
                return self.phrase(op, x=self.say(duration), at=number(at))
            case Own(functions, output, args):
                named = functions.title.get(self.language) or functions.name
                return self.phrase("own", named=named, output=output, args=self.listed(args))
            case Round(inner, digits, mode):
                return self.phrase(
                    "round_one" if digits == 1 else "round",
                    x=self.say(inner),
                    digits=str(digits),
                    mode=mode,
                )
            case Stairs(inner, edges, _, between):
                ends = {"first": number(between[0]), "last": number(between[-1])}
                return self.phrase("stairs", x=self.say(inner), count=str(len(edges)), **ends)
            case Geometric(args):
                return self.phrase("geometric", args=self.listed(args))
            case _:
                return tree.tag

    def length(self, said: str) -> str:
        if self.language == "en":
            return said
        for word, translated in _LENGTHS.items():
            said = said.replace(word, translated)
        return said

    def value(self, value: object) -> str:
        if isinstance(value, bool):
            return self.phrase("yes" if value else "no")
        return number(value) if isinstance(value, int | Fraction) else f"'{value}'"

    def inside(self, tree: Node, strength: int) -> str:
        weaker = isinstance(tree, Arithmetic) and _STRENGTH[tree.op] < strength
        limited = isinstance(tree, Extreme | Compare | Logic)
        said = self.say(tree)
        return f"({said})" if weaker or limited else said

    def side(self, tree: Node, op: str) -> str:
        said = self.say(tree)
        return f"({said})" if isinstance(tree, Logic) and tree.op != op else said

    def listed(self, args: tuple[Node, ...]) -> str:
        return ", ".join(self.say(each) for each in args)
