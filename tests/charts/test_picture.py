"""The picture as a value, and the files that it is written to."""

import errno
import json
import os
import struct
import sys

import attrs
import pytest

from capaian import AnalysisError, OutputError
from capaian.charts import Picture, band_strip
from pictured import chances


@pytest.fixture
def picture():
    """Any one."""
    return band_strip(chances())


def pixels(png):
    """Width and height of a PNG."""
    assert png.startswith(b"\x89PNG")
    return struct.unpack(">II", png[16:24])


def test_it_is_a_value(picture):
    """Frozen; its document is handed out as a copy."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        picture.title = "another"
    picture.to_dict()["layer"].clear()
    assert picture.to_dict()["layer"]
    assert json.loads(picture.to_json()) == picture.to_dict()
    assert repr(picture) == "<Picture 'How probable each band is'>"


def test_a_png_is_as_large_as_asked_for(picture):
    """Twice as many pixels by default as the document says."""
    one, two = pixels(picture.to_png(1)), pixels(picture.to_png())
    assert (2 * one[0], 2 * one[1]) == two


@pytest.mark.parametrize("scale", [0, -1, 21, float("nan")])
def test_a_scale_that_is_none(picture, scale):
    """Nothing, less, so much that no memory holds it."""
    with pytest.raises(AnalysisError) as caught:
        picture.to_png(scale)
    assert str(caught.value) == (
        "The picture cannot be drawn.\n"
        "  CPN-M91  scale: 1 values are no number, or not within 0 < scale <= 20.\n"
        "           to fix: correct them, or leave them out: a value that is missing is drawn as "
        "missing."
    )


def test_it_is_written(picture, tmp_path):
    """As SVG, PNG and JSON by the ending; folders are made."""
    svg = picture.save(tmp_path / "new" / "a.svg")
    assert svg.read_text(encoding="utf-8") == picture.to_svg()
    assert picture.save(str(tmp_path / "a.PNG"), scale=1).read_bytes() == picture.to_png(1)
    assert picture.save(tmp_path / "a.json").read_text(encoding="utf-8") == picture.to_json()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.PNG", "a.json", "new"]


def test_another_ending(picture, tmp_path):
    """The message does not repeat the name: it may be a person's."""
    with pytest.raises(AnalysisError) as caught:
        picture.save(tmp_path / "198701.pdf")
    assert caught.value.text("id") == (
        "The picture could not be written.\n"
        "  CPN-M94  path: nama berkas harus berakhir dengan salah satu: .svg, .png, .json.\n"
        "           perbaikan: akhiri namanya dengan .svg untuk web dan cetak, .png untuk dokumen "
        "kantor, .json untuk Vega-Lite."
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "CPN-X02"), (errno.EROFS, "CPN-X03"), (errno.EIO, "CPN-X04")],
)
def test_a_write_that_fails_leaves_the_old_file(picture, tmp_path, monkeypatch, number, code):
    """Whole or not at all, with the reason; the name of the file is not in the message."""
    path = tmp_path / "198701.json"
    path.write_text("old", encoding="utf-8")

    def full(_):
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError) as caught:
        picture.save(path)
    assert caught.value.code == code
    assert errno.errorcode[number] in str(caught.value)
    assert "198701" not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert path.read_text(encoding="utf-8") == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["198701.json"]


def test_without_the_library(picture, monkeypatch, tmp_path):
    """A code and what to install; a notebook shows words, and JSON is written all the same."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(AnalysisError) as caught:
        picture.to_svg()
    assert str(caught.value) == (
        "The picture cannot be drawn.\n"
        "  CPN-M92  pictures need vl-convert-python, which is not installed.\n"
        "           to fix: pip install 'capaian[charts]'."
    )
    with pytest.raises(AnalysisError, match="pictures need altair, which is not installed"):
        picture.to_altair()
    shown = picture._repr_mimebundle_()
    assert list(shown) == ["text/plain"]
    assert picture.description in shown["text/plain"]
    assert "capaian[charts]" in shown["text/plain"]
    assert picture._repr_svg_() is None
    assert picture.save(tmp_path / "a.json").exists()


def test_a_library_that_is_broken_says_so_itself(picture, monkeypatch):
    """What it lacks is not taken for the library."""

    def broken(name):
        raise ModuleNotFoundError("No module named 'inner'", name="inner")

    monkeypatch.setattr("capaian.charts.picture.import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="inner"):
        picture.to_svg()


def test_a_notebook_shows_it(picture):
    """As SVG, and in words where no picture can be shown."""
    shown = picture._repr_mimebundle_(include=None, exclude=None)
    assert shown["image/svg+xml"] == picture.to_svg() == picture._repr_svg_()
    assert shown["text/plain"] == f"{picture.title}. {picture.description}"


def test_characters_that_no_xml_holds():
    """A control character or half of a pair in a text does not break the picture."""
    spec = {
        "mark": {"type": "text", "text": "a\x01b"},
        "data": {"values": [{}]},
        "description": "c\x02d",
    }
    drawn = Picture(spec, "e\x03", "f\ud800").to_svg()
    assert "a\ufffdb" in drawn
    assert "<title" in drawn
    assert "e\ufffd</title>" in drawn
    assert "f\ufffd</desc>" in drawn
