"""Evidence as another program sends it: rows whose numbers and answers may be text, or paths."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from attrs import evolve

from capaian.columns import open_table
from capaian.errors import SAFE, Finding, RequestError
from capaian.policy import Assignment, Policy
from capaian.registry import Plugins
from capaian.schemas.evidence import columns_of
from capaian.scores.plan import make_plan
from capaian.wire import below

Columns: TypeAlias = Mapping[str, frozenset[str]]
HEADLINE = "The evidence cannot be read."
_KEPT = 64
_OF_TEXT = frozenset({"integer", "boolean"})
_CELLS = frozenset({str, int, bool, type(None)})


def read_evidence(
    rule: Policy | Assignment,
    evidence: Mapping[str, Any],
    *,
    plugins: Plugins | Iterable[object] = (),
) -> dict[str, Any]:
    """Return evidence that another program sent as tables that `capaian.score` takes.

    It is the reader of `capaian serve-stdio`, for whoever takes requests in another way. Nothing
    but rows is taken: a text is never the path of a file, which the caller might not read.

    Parameters
    ----------
    rule
        The policy or assignment by which is scored: it says which columns hold numbers and answers.
    evidence
        Tables by name, each a list of rows as JSON gives them. Identifiers, decimals and stamps
        are text; whole numbers and answers may be text too, as in a CSV file; unknown is null.
    plugins
        As for `capaian.score`.

    Raises
    ------
    RequestError
        A table that is no list of rows (CPN-J20), rows that are no objects (E07), values that are
        neither text, a whole number that every reader of JSON keeps, true, false nor null (J19).
        What else is wrong with the rows is said by what scores or checks them.

    Examples
    --------
    >>> import capaian
    >>> policy = capaian.load_policy("capaian/contoh")
    >>> read_evidence(policy, {"complaints": "/etc/passwd"})
    Traceback (most recent call last):
    capaian.errors.RequestError: The evidence cannot be read.
      CPN-J20  complaints: the table is text, not a list of rows.
               to fix: send a list of objects, one for each row.
    """
    if findings := [each for name, rows in evidence.items() for each in _faults(name, rows)]:
        raise RequestError(HEADLINE, findings)
    return Tables(plugins).of(rule, evidence)


def _faults(name: str, rows: object) -> Iterator[Finding]:
    """Return what is wrong with a table: that it is none, or where its first wrong value is."""
    table = below("", name)
    if not isinstance(rows, list):
        en, said = kind_of(rows)
        yield Finding("CPN-J20", table, {"given": en, "given_id": said})
        return
    wrong = sum(not isinstance(row, dict) for row in rows)
    if wrong:
        yield Finding("CPN-E07", table, {"count": wrong, "rows": len(rows)})
    count, first = 0, ""
    for number, row in enumerate(rows):
        for column, value in row.items() if isinstance(row, dict) else ():
            if type(value) not in _CELLS or (type(value) is int and not -SAFE <= value <= SAFE):
                count += 1
                first = first or below(below(table, f"[{number}]"), str(column))
    if count:
        yield Finding("CPN-J19", first, {"count": count})


def kind_of(sent: object) -> tuple[str, str]:
    """Return what stands where a table should be, in both languages; never what it says."""
    match sent:
        case None:
            return "nothing", "kosong"
        case str():
            return "text", "teks"
        case Mapping():
            return "a single object", "satu objek"
        case _:
            return "a number or an answer", "bilangan atau jawaban"


class Tables:
    """Opens tables; remembers of each policy which of its columns hold numbers and answers."""

    def __init__(self, plugins: Plugins | Iterable[object] = ()) -> None:
        self.plugins = plugins
        self._known: OrderedDict[int, tuple[Policy, Columns]] = OrderedDict()

    def of(self, rule: object, evidence: Mapping[str, Any]) -> dict[str, Any]:
        """Return tables as `capaian.score` takes them.

        Rows of which a number or an answer is text are read as a CSV file is; so are all rows of an
        assignment, whose policies are not known yet.
        """
        columns = self._columns(rule) if isinstance(rule, Policy) else None
        return {name: self._table(name, each, rule, columns) for name, each in evidence.items()}

    def _table(self, name: str, sent: Any, rule: object, columns: Columns | None) -> Any:
        if isinstance(sent, str):
            return Path(sent)
        if not sent or not all(isinstance(row, dict) for row in sent):
            return sent
        if columns is None:
            written = isinstance(rule, Assignment | str)
        else:
            own = columns.get(name, frozenset())
            written = any(type(row.get(column)) is str for row in sent for column in own)
        return evolve(open_table(sent, name), written=True) if written else sent

    def _columns(self, policy: Policy) -> Columns:
        known = self._known.get(id(policy))
        if known is not None and known[0] is policy:
            return known[1]
        found: dict[str, set[str]] = {}
        for each in columns_of(make_plan(policy, self.plugins)):
            if each.reading is not None and each.reading.kind in _OF_TEXT:
                found.setdefault(each.table, set()).add(each.name)
        columns = {name: frozenset(each) for name, each in found.items()}
        self._known[id(policy)] = (policy, columns)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return columns
