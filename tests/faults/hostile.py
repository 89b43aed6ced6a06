"""What nobody writes but somebody sends: values, keys and whole files that are made to do harm."""

import gzip
import json
import pickle
import zlib

from doors import sound, text_of

HERE = "@@HERE@@"
MANY = 100_000
LONG = 1_000_000
_MARKS = {
    "nul": "a\0b", "bidirectional": "abc\u202edcba\u2066", "zero width": "a\u200bb\u200dc\ufeff",
    "combining": "e" + "\u0301" * 2_000, "escape": "\x1b[31m\x1b]0;x\x07", "line breaks": "a\r\nb\u2028c\x85d",
    "surrogates": "\ud800", "surrogates turned": "\udc00\ud800", "beyond": "\U0010ffff\uffff",
    "path": "../../../../etc/passwd", "format": "{0.__class__}%s%n{}", "formula": "=cmd|'/c calc'!A0",
}  # fmt: skip
_NUMBERS = {
    "digits": "9" * LONG, "decimals": "0." + "3" * LONG, "exponent": "1e1000000000",
    "exponent below": "-1e-1000000000", "exponent of digits": "1e" + "9" * 1_000,
    "infinite": "1e999", "tiny": "1e-999",
}  # fmt: skip
_TEXTS = {
    "name": "x" * LONG, "number in a text": "9" * LONG, "decimals in a text": "0." + "3" * LONG,
    "exponent in a text": "1e1000000000", "fraction": "1/" + "9" * LONG, "over nothing": "1/0",
    "per cent": "9" * LONG + "%", "brackets": "(" * MANY + "x" + ")" * MANY, "open": "(" * MANY,
    "signs": "-" * MANY + "1", "sums": "1" + "+1" * MANY, "powers": "2" + "**9" * 9, "nots": "not " * MANY + "x",
    "quotes": "'" * LONG, "blanks": " " * LONG, "date": "2026-02-30", "far date": "99999-01-01",
    "digits of another script": "\u0661\u0662", "colons": ":" * MANY, "dots": "a." * MANY,
}  # fmt: skip
NESTED = {
    "lists": "[" * MANY + "]" * MANY, "tables": '{"a":' * MANY + "1" + "}" * MANY, "open lists": "[" * MANY,
    "lists that a parser can take": "[" * 480 + "]" * 480,
    "tables that a parser can take": '{"a":' * 480 + "1" + "}" * 480,
    "keys": json.dumps({f"k{at}": 1 for at in range(MANY)}), "items": json.dumps([0] * MANY),
    "objects": json.dumps([{}] * MANY), "texts": json.dumps(["x" * 40] * MANY),
    "long key": json.dumps({"k" * LONG: 1}), "keys of each kind": json.dumps(dict.fromkeys(_MARKS.values(), 1)),
    "twice": '{"a":1,"a":2}', "nan": "NaN", "infinity": "Infinity", "minus infinity": "-Infinity",
    "null": "null", "true": "true", "nothing": "{}", "none": "[]",
}  # fmt: skip
VALUES = {
    **_NUMBERS, **NESTED,
    **{name: json.dumps(text) for name, text in (_MARKS | _TEXTS).items()},
}  # fmt: skip
"""What may stand in the place of a value, as JSON has it."""
QUICK = {name: text for name, text in VALUES.items() if len(text) < 3_000}
"""Those that are short: they are put in every place."""


def toml_value(text):
    """Return a value of JSON as TOML has it, near enough: what it is no matter is what is refused."""
    if text[0] in "{[" and len(text) < 10 * MANY:
        return text.replace('":', '"=')
    return {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}.get(text, text)


def places(document, above=()):
    """Return the path of every value of a document, tables and lists among them."""
    items = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for key, value in items:
        yield (*above, key)
        yield from places(value, (*above, key))


def put(document, path, value):
    """Put a value in a place of a document."""
    *above, last = path
    for each in above:
        document = document[each]
    document[last] = value


def planted(door, path, value):
    """Return the bytes of a sound document with a hostile value in one place."""
    document = sound(door)
    put(document, path, HERE)
    raw = toml_value(VALUES[value]) if door.endswith(".toml") else VALUES[value]
    return text_of(door, document).replace(json.dumps(HERE), raw).encode("utf-8", "surrogatepass")


def keyed(door, path, name):
    """Return the bytes of a sound document with a hostile key in one of its tables."""
    document = sound(door)
    table = document
    for each in path:
        table = table[each]
    table[name] = 1
    return text_of(door, document).encode("utf-8", "surrogatepass")


KEYS = {
    **_MARKS,
    "long": "k" * LONG,
    "empty": "",
    "dots": "a." * 100,
    "dunder": "__class__",
    "quote": "'\"\\",
}


def files(door):
    """Return whole files that are none of what a door reads, by what they are."""
    text = text_of(door, sound(door))
    raw = text.encode()
    return {
        "nothing": b"", "blanks": b" \n\t\r\n" * 100, "mark alone": b"\xef\xbb\xbf", "two marks": b"\xef\xbb\xbf" * 2 + raw,
        "utf-16": text.encode("utf-16"), "utf-16 big": text.encode("utf-16-be"), "utf-32": text.encode("utf-32"),
        "latin": raw.replace(b"e", b"\xe9"), "overlong": raw + b"\xc0\xaf", "half a character": raw + b"\xe2\x82",
        "surrogate bytes": raw + b"\xed\xa0\x80", "nuls": b"\0" * LONG, "nul at the end": raw + b"\0", "bytes": bytes(range(256)),
        "twice": raw + raw, "half": raw[: len(raw) // 2], "packed": gzip.compress(raw), "bomb": gzip.compress(b"[" * 10**7),
        "deflated": zlib.compress(raw), "pickle": pickle.dumps(sound(door)), "returns": raw.replace(b"\n", b"\r"),
        "elf": b"\x7fELF" + b"\0" * 100, "html": b"<!doctype html><script>alert(1)</script>",
        "xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "yaml": b"!!python/object/apply:os.system ['id']",
        "list": b"[1, 2]", "number": b"7", "text": b'"a"', "null": b"null", **{name: text.encode("utf-8", "surrogatepass") for name, text in VALUES.items()},
    }  # fmt: skip


def _at(document, path):
    for each in path:
        document = document[each]
    return document


LARGE = {"record.json": 9, "verify.json": 36, "request.jsonl": 4}
"""Doors whose documents are large: of their places only every so manieth is taken."""
TURNS = 4
"""In each place every fourth of the short values is put, in the next place the next fourth."""


def _thinned(door, paths):
    return paths[:: LARGE.get(door, 1)]


def values_tried(door):
    """Return the pairs of a place and a hostile value; of the long values one in every other place."""
    paths = _thinned(door, list(places(sound(door))))
    short, long = list(QUICK), [each for each in VALUES if each not in QUICK]
    pairs = [(path, each) for at, path in enumerate(paths) for each in short[at % TURNS :: TURNS]]
    return pairs + [(path, long[at % len(long)]) for at, path in enumerate(paths[::2])]


def keys_tried(door):
    """Return the pairs of a table and the hostile name of a key in it."""
    document = sound(door)
    inner = [path for path in places(document) if isinstance(_at(document, path), dict)]
    return [(path, name) for path in _thinned(door, [(), *inner]) for name in KEYS.values()]
