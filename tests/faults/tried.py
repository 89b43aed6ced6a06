"""What was tried to break capaian: the rows of the table in `docs/reference/faults.md`.

`PYTHONPATH=src:tests:tests/faults python tests/faults/tried.py` writes them into the page.
"""

from pathlib import Path

from attrs import frozen

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "faults.md"
BEGIN, END = "<!-- tried: written by tests/faults/tried.py -->", "<!-- end of tried -->"


@frozen
class Tried:
    """A row: what was tried, how many inputs, and the test that tries it.

    Attributes
    ----------
    part
        Under which heading it stands.
    fault
        What was tried.
    inputs
        How many, counted where they are made.
    test
        The file of this folder and the function.
    """

    part: str
    fault: str
    inputs: int
    test: str


def hostile_input():
    """Rows about what comes in."""
    import test_fuzz as fuzz
    import test_markup as markup
    import test_names as names
    import test_pickle as pickles
    import test_workbooks as books
    from doors import DOORS
    from hostile import files, keys_tried, values_tried

    doors, part = len(DOORS), "Hostile documents"
    yield Tried(
        part,
        "files that are no such document: other encodings, archives, pickles, entities, halves",
        sum(len(files(each)) for each in DOORS),
        "test_hostile.py::test_files_that_are_no_document",
    )
    yield Tried(
        part,
        "hostile values in places of a sound document: nesting of 100,000, as many keys, a million digits or characters, exponents of a milliard, NaN, NUL, lone surrogates, text that turns or hides",
        sum(len(values_tried(each)) for each in DOORS),
        "test_hostile.py::test_hostile_values_in_every_place",
    )
    yield Tried(
        part,
        "hostile names of keys in tables of a sound document",
        sum(len(keys_tried(each)) for each in DOORS),
        "test_hostile.py::test_hostile_names_of_keys",
    )
    yield Tried(
        part,
        "workbooks and tables that are bombs: entities, archives, a million cells or characters",
        len(books.BOMBS) + len(books.TABLES),
        "test_workbooks.py",
    )
    part = "Names and cells"
    yield Tried(
        part,
        "markup in names of people, units, indicators, policies and bands, in every output in HTML",
        len(markup.MARKUP),
        "test_markup.py::test_no_name_makes_an_element_an_attribute_or_a_comment",
    )
    yield Tried(
        part,
        "names that steer a terminal or are its markup",
        len(markup.STEERING) + len(markup.RICH),
        "test_markup.py::test_nothing_steers_the_terminal",
    )
    yield Tried(
        part,
        "names of people as names of files",
        len(names.NAMES),
        "test_names.py::test_no_two_people_share_a_file_on_any_disk",
    )
    yield Tried(
        part,
        "names that are paths to elsewhere, at every verb that takes one",
        len(names.PATHS) * len(names.VERBS),
        "test_names.py::test_names_that_are_paths_to_elsewhere_are_refused",
    )
    yield Tried(
        part,
        "cells that a spreadsheet would run, in three list separators",
        len(names.FORMULAS) * 3,
        "test_names.py::test_no_cell_of_a_table_is_a_live_formula",
    )
    part = "Pickles"
    yield Tried(
        part,
        "pickles as tables, under every ending",
        len(pickles.pickled()) * len(pickles.ENDINGS),
        "test_pickle.py::test_a_pickle_as_evidence_is_refused",
    )
    yield Tried(
        part,
        "pickles as documents",
        len(pickles.pickled()) * doors,
        "test_pickle.py::test_a_pickle_as_a_document_is_refused",
    )
    part = "Fuzzing"
    yield Tried(
        part,
        "random bytes, spoilt bytes and other values at every door",
        3 * doors * fuzz.IN_CI,
        "test_fuzz.py",
    )
    yield Tried(
        part,
        "spoilt policies, rows and files of evidence, scored or refused",
        (2 + 2 * len(fuzz.SPOILT_FILES)) * fuzz.IN_CI,
        "test_fuzz.py",
    )


def privacy():
    """Rows about what must not be said."""
    import test_privacy as privacy

    part = "Privacy"
    forms = len(privacy.FRAMES) + len(privacy.ON_FILES)
    yield Tried(
        part,
        "a bad value in every column of every table, in every kind of table",
        forms * len(privacy.BAD),
        "test_privacy.py::test_bad_values_in_every_column_at_once",
    )
    yield Tried(
        part,
        "text in one column where there is none to be",
        4 * len(privacy.SPOILT),
        "test_privacy.py::test_a_bad_value_in_one_column_is_told_with_a_code",
    )
    yield Tried(
        part,
        "engines that quote a value when they run",
        len(privacy.LAZY),
        "test_privacy.py::test_engines_that_quote_a_value_when_they_run",
    )
    yield Tried(
        part,
        "files that are broken in a row",
        len(privacy.BROKEN),
        "test_privacy.py::test_files_that_are_broken_in_a_row",
    )


def writing():
    """Rows about what is written, by the command line, to a new place and over an old one."""
    import test_kill as kill
    import test_writes as writes

    from written import COMMANDS

    part, commands = "Writing", len(COMMANDS)
    printed = len(writes.PRINTED) + commands + 1
    rows = (
        (
            "SIGKILL before every call to the system about a file, a folder or a lock; what is there is whole, and a re-run gives the same bytes",
            kill.MOMENTS,
            "test_kill.py::test_killed_at_every_moment",
        ),
        (
            "ended by the system in the middle of a write, at six bytes of each or more",
            2 * 6 * commands,
            "test_kill.py::test_killed_in_the_middle_of_a_write",
        ),
        (
            "disk full, at the first run and over an older result",
            4 * len(writes.SIZES) * commands,
            "test_writes.py::test_a_disk_that_is_full",
        ),
        (
            "read-only folder, a file in its place, a link to nowhere, a name too long",
            4 * commands,
            "test_writes.py::test_a_folder_that_is_read_only",
        ),
        (
            "a folder in the place of a document; documents and folders that are links",
            3 * commands,
            "test_writes.py::test_links",
        ),
        (
            "standard output full, cut off, or read by nobody",
            4 * printed,
            "test_writes.py::test_standard_output_that_is_full",
        ),
    )
    for fault, inputs, test in rows:
        yield Tried(part, fault, inputs, test)


def many():
    """Rows about many at once, and about what is long."""
    import test_hands as hands

    from written import COMMANDS

    part, commands = "Many at once", len(COMMANDS)
    rows = (
        (
            "2 and 10 processes that write to the same place",
            12 * commands,
            "test_together.py::test_processes_that_write_to_the_same_place",
        ),
        (
            "10 writers of which half are killed",
            2 * 3 * 10,
            "test_together.py::test_processes_of_which_some_are_killed",
        ),
        (
            "threads that write to the same folder",
            100,
            "test_together.py::test_threads_that_write_to_the_same_folder",
        ),
        (
            "policies, plugins and results in other processes, forked, spawned, served",
            12 * len(hands.kinds()),
            "test_hands.py::test_processes_of_every_kind",
        ),
        (
            "a stream of a million lines, one in a hundred broken: each told by number and code, the rest scored, memory as for a tenth",
            1_000_000,
            "test_stream.py::test_a_million_lines_of_which_one_in_a_hundred_is_broken",
        ),
    )
    for fault, inputs, test in rows:
        yield Tried(part, fault, inputs, test)


PARTS = (hostile_input, privacy, writing, many)
"""What makes rows."""


def table():
    """Return the table as Markdown."""
    lines = ["| part | fault tried | inputs tried | losses | test |", "|---|---|---:|---:|---|"]
    for part in PARTS:
        lines += [
            f"| {row.part} | {row.fault} | {row.inputs:,} | 0 | `{row.test}` |" for row in part()
        ]
    return "\n".join(lines)


def page(text):
    """Return a page with the table in its place."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
