"""The gettext catalogue: which texts the source has, and the compiled form beside the `.po`.

`python tools/translations.py` adds new texts of the source to the `.po` without a translation,
drops those that are gone, and compiles it.
"""

from __future__ import annotations

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


def texts() -> set[str]:
    """Return every text of the source that is to be translated."""
    found = extract_from_dir(SOURCE, [("**.py", "python")], keywords=MARKS)
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def catalogue() -> Catalog:
    """Return what the `.po` says."""
    with PO.open("rb") as stream:
        return read_po(stream, locale="id")


def compiled(made: Catalog) -> bytes:
    """Return a catalogue as the `.mo` holds it."""
    stream = BytesIO()
    write_mo(stream, made)
    return stream.getvalue()


def main() -> None:
    """Bring the `.po` up to date with the source, and compile it."""
    known = {each.id: each.string for each in catalogue() if each.id} if PO.exists() else {}
    made = Catalog(locale="id", fuzzy=False, charset="utf-8")
    made.mime_headers = [("Content-Type", "text/plain; charset=utf-8"), ("Language", "id")]
    for text in sorted(texts()):
        made.add(text, str(known.get(text, "")))
    with PO.open("wb") as stream:
        write_po(stream, made, width=96, omit_header=False, sort_output=True, no_location=True)
    PO.with_suffix(".mo").write_bytes(compiled(catalogue()))
    waiting = [each.id for each in catalogue() if each.id and not each.string]
    print(f"{len(texts())} texts, {len(waiting)} without a translation")


if __name__ == "__main__":
    main()
