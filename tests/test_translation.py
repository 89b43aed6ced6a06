"""The gettext catalogue: every text of the source translated, compiled, with the same places."""

import gettext
import re
from pathlib import Path

import pytest

import translations
from capaian.translation import say_in

TEXTS = sorted(translations.texts())


def places(text):
    return sorted(re.findall(r"\{(\w+)\}", text))


def test_every_text_is_in_the_catalogue_and_no_other():
    assert {each.id for each in translations.catalogue() if each.id} == set(TEXTS)


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_is_translated(text):
    """Into something else, with the same places and the same mark in front; none is doubtful."""
    [entry] = [each for each in translations.catalogue() if each.id == text]
    assert entry.string
    assert not entry.fuzzy
    assert places(entry.string) == places(text)
    assert (
        re.match(r"\W*", text)[0].split("“")[0] == re.match(r"\W*", entry.string)[0].split("“")[0]
    )
    assert say_in("id")(text) == entry.string
    assert say_in("en")(text) == text


def test_the_compiled_catalogue_is_that_of_the_source():
    """Byte for byte: whoever changes one compiles the other."""
    assert translations.PO.with_suffix(".mo").read_bytes() == translations.compiled(
        translations.catalogue()
    )


def test_python_s_own_reader_reads_it():
    with translations.PO.with_suffix(".mo").open("rb") as stream:
        read = gettext.GNUTranslations(stream)
    assert read.gettext("How to object") == "Cara mengajukan keberatan"


def test_the_language_is_asked_for_and_never_the_locale_s(monkeypatch):
    for each in ("LANGUAGE", "LC_ALL", "LANG"):
        monkeypatch.setenv(each, "id_ID.UTF-8")
    assert say_in("en")("How to object") == "How to object"


def test_the_tool_changes_nothing_that_is_up_to_date(tmp_path, monkeypatch, capsys):
    copy = tmp_path / "capaian.po"
    copy.write_bytes(translations.PO.read_bytes())
    before = translations.PO.read_bytes()
    monkeypatch.setattr(translations, "PO", copy)
    translations.main()
    assert capsys.readouterr().out == f"{len(TEXTS)} texts, 0 without a translation\n"
    assert copy.read_bytes() == before
    assert copy.with_suffix(".mo").read_bytes() == (
        Path(translations.SOURCE / "locale" / "id" / "LC_MESSAGES" / "capaian.mo").read_bytes()
    )
