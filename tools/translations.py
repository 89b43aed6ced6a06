"""The gettext catalogue: which texts the source has, and the compiled form beside the `.po`.

`python tools/translations.py` adds new texts of the source to the `.po` without a translation,
drops those that are gone, and compiles it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).parents[1] / "src" / "capaian"
PO = SOURCE / "locale" / "id" / "LC_MESSAGES" / "capaian.po"
MARKS = {"N_": None, "say": None}
"""The functions whose text is translated."""


HEADER = """\
# Indonesian texts of capaian; see tools/translations.py.
msgid ""
msgstr ""
"Language: id\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def texts() -> set[str]:
    """Return every text of the source that is to be translated."""
    found = extract_from_dir(SOURCE, [("**.py", "python")], keywords=MARKS)
    marked = {
        each for each in SOURCE.rglob("*.py") if "capaian.translation" in each.read_text("utf-8")
    }
    return {
        message
        for name, _, message, _, _ in found
        if isinstance(message, str) and SOURCE / name in marked
    }


def catalogue() -> Catalog:
    """Return what the `.po` says."""
    with PO.open("rb") as stream:
        return read_po(stream, locale="id")


def compiled(made: Catalog) -> bytes:
    """Return a catalogue as the `.mo` holds it."""
    # What the format has a place for, and would otherwise be the hour of compiling.
    made.creation_date = made.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    made.project, made.version = "capaian", "1"
    made.last_translator = made.language_team = made.msgid_bugs_address = "capaian"
    stream = BytesIO()
    write_mo(stream, made)
    return stream.getvalue()


def main() -> None:
    """Bring the `.po` up to date with the source, and compile it."""
    known = {each.id: each.string for each in catalogue() if each.id} if PO.exists() else {}
    made = Catalog()
    for text in sorted(texts()):
        made.add(text, str(known.get(text, "")))
    stream = BytesIO()
    write_po(stream, made, width=96, omit_header=True, no_location=True)
    # A header of our own: one with the hour in it would differ each time.
    PO.write_bytes(HEADER.encode() + stream.getvalue().rstrip(b"\n") + b"\n")
    PO.with_suffix(".mo").write_bytes(compiled(catalogue()))
    waiting = [each.id for each in catalogue() if each.id and not each.string]
    print(f"{len(texts())} texts, {len(waiting)} without a translation")


if __name__ == "__main__":
    main()
