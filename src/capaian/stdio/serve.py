"""The loop: a line is read, its request answered line by line, and then the next is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from capaian.errors import (
    SAFE,
    SHOWN,
    CapaianError,
    Finding,
    Language,
    RequestError,
    place_of,
    plain_json,
)
from capaian.stdio.lines import Line, read_lines
from capaian.stdio.reply import Defaults, Replier, said
from capaian.stdio.requests import HEADLINE, read_request
from capaian.wire import parse_object, prove_values

LONGEST_LINE = 16 * 2**20
"""Bytes that a line may have, where nothing else is said."""
DONE, FOUND, BAD_INPUT, FAILED = 0, 1, 2, 3
_LONGEST_ID = 200
_ENDS = "\x85\u2028\u2029"


def serve(
    source: BinaryIO, sink: BinaryIO, defaults: Defaults, *, longest: int = LONGEST_LINE
) -> int:
    """Answer every request of a stream, until it ends.

    Parameters
    ----------
    source
        JSON Lines in UTF-8: one request on each line.
    sink
        Where the answers are written, one JSON object on each line; flushed after each answer.
    defaults
        What requests need not say.
    longest
        The most bytes of a line.

    Returns
    -------
    int
        The exit code, the greatest of all requests': 0 done, 1 something was found, 2 it could not
        be read or answered, 3 a plugin or capaian itself failed.
    """
    server = _Server(Replier(defaults), longest)
    for line in read_lines(source, longest):
        sink.writelines(_line(answer) for answer in server.answer(line))
        sink.flush()
    return server.worst


def _line(answer: dict[str, Any]) -> bytes:
    """Return an answer as one line, whoever reads it.

    Some readers of lines end one at U+2028 too (Node's `readline`), or at U+0085 (Python's
    `splitlines`): in a name they stay JSON's escapes.
    """
    text = plain_json(answer)
    for each in _ENDS:
        text = text.replace(each, f"\\u{ord(each):04x}")
    return text.encode() + b"\n"


class _Server:
    """Answers lines, and knows how bad the worst answer was."""

    def __init__(self, replier: Replier, longest: int) -> None:
        self.replier = replier
        self.longest = longest
        self.worst = DONE

    def answer(self, line: Line) -> Iterator[dict[str, Any]]:
        """Return the lines that answer a line; it raises nothing."""
        head: dict[str, Any] = {"id": None, "line": line.number}
        language = self.replier.defaults.language
        count, found = 0, False
        try:
            values = parse_object(line.whole(self.longest), marked=line.number == 1)
            head["id"], language = _id(values), _language(values, language)
            prove_values(values)
            request = read_request(values)
            for kind, piece in self.replier.pieces(request):
                found = found or _is_found(kind, piece)
                count += 1
                yield {"kind": kind, **head, **piece}
        except CapaianError as error:
            self._remember(FAILED if error.of_plugin else BAD_INPUT)
            yield {"kind": "error", **head, **_told(error, language)}
        except Exception as error:  # noqa: BLE001 - the next request is answered all the same
            self._remember(FAILED)
            failed = RequestError(HEADLINE, [Finding("CPN-J18", "", place_of(error))])
            yield {"kind": "error", **head, **_told(failed, language)}
        else:
            self._remember(FOUND if found else DONE)
            yield {"kind": "end", **head, "count": count, "found": found}

    def _remember(self, code: int) -> None:
        self.worst = max(self.worst, code)


def _id(values: Mapping[str, Any]) -> str | int | None:
    """Return the request's own name, where it can be one, before anything else is read."""
    name = values.get("id")
    if isinstance(name, str):
        return name if len(name) <= _LONGEST_ID else None
    return name if type(name) is int and abs(name) <= SAFE else None


def _language(values: Mapping[str, Any], usual: Language) -> Language:
    match values.get("language"):
        case "en":
            return "en"
        case "id":
            return "id"
        case _:
            return usual


def _is_found(kind: str, piece: Mapping[str, Any]) -> bool:
    if kind == "finding":
        return bool(piece["finding"]["severity"] != "note")
    return kind == "case" and piece["case"]["status"] != "passed"


def _told(error: CapaianError, language: Language) -> dict[str, Any]:
    findings = error.findings
    lines = [said(each, language) for each in findings[:SHOWN]]
    if (rest := len(findings) - SHOWN) > 0:
        lines.append(f"… +{rest}")
    return {
        "code": error.code,
        "where": findings[0].where if findings else "",
        "text": "\n".join(lines) or error.headline,
        "error": error.to_dict(),
    }
