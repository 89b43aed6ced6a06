"""What is so of every picture: valid, the same each time, itself alone, for everybody to read."""

import json
import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import altair as alt
import pytest

from capaian import charts
from capaian.charts.picture import SCHEMA
from pictured import BANDS, LANGUAGES, PEOPLE, chances, funnels, pictures, ranks, sensitivities

SVG = "{http://www.w3.org/2000/svg}"
NAMES = sorted(pictures("en"))
HOSTILE = "<script>alert('x')</script> & \"quoted\" </text>"


@pytest.fixture(scope="module", params=LANGUAGES)
def drawn(request):
    """All pictures in one language."""
    return pictures(request.param)


def parsed(picture):
    """The picture's SVG as a tree."""
    return ET.fromstring(picture.to_svg())  # noqa: S314 - our own


def said(picture):
    """All texts that stand in the picture."""
    return [each.text or "" for each in parsed(picture).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", NAMES)
def test_the_document_is_valid_vega_lite(drawn, name):
    """By the schema that Altair has; unknown keys and wrong values are found by it."""
    chart = drawn[name].to_altair()
    assert isinstance(chart, alt.LayerChart | alt.VConcatChart)
    chart.to_dict()


@pytest.mark.parametrize("name", NAMES)
def test_the_document_is_under_snapshot(drawn, name, snapshot):
    """What is drawn, value for value and text for text, in both languages."""
    picture = drawn[name]
    text = json.dumps(picture.to_dict(), ensure_ascii=False, indent=1, sort_keys=True)
    snapshot(f"{name}_{picture.language}.json", text)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_the_same_each_time(drawn, name):
    """The same bytes of document, SVG and PNG, in this process."""
    one, two = drawn[name], pictures(drawn[name].language)[name]
    assert one.to_json() == two.to_json()
    assert one.to_svg() == two.to_svg()
    assert one.to_png() == two.to_png()


def test_it_is_the_same_in_another_process():
    """Whatever the order of sets there."""
    program = "from pictured import pictures\nfor p in pictures('id').values(): print(p.to_json())"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env={"PYTHONPATH": ":".join(each for each in sys.path if each), "PYTHONHASHSEED": "7"},
    )  # fmt: skip
    here = [each.to_json() for each in pictures("id").values()]
    assert [each + "\n" for each in run.stdout.split("\n") if each] == here


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_loaded_from_elsewhere(drawn, name):
    """The document has its values inside it; the SVG refers to itself alone."""
    document = drawn[name].to_dict()
    assert document.pop("$schema") == SCHEMA
    assert '"url"' not in json.dumps(document)
    root = parsed(drawn[name])
    for each in root.iter():
        for value in each.attrib.values():
            assert "//" not in value
            assert not re.search(r"url\((?!#)", value)
    assert not list(root.iter(f"{SVG}script")) + list(root.iter(f"{SVG}image"))


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_named_who_was_not_asked_for(drawn, name):
    """No identifier stands in the document, not even where none is drawn."""
    document = drawn[name].to_json()
    assert not [each for each in PEOPLE if each in document]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_told_in_words(drawn, name):
    """Title, description and language are there for who listens to the page."""
    picture = drawn[name]
    root = parsed(picture)
    assert root.get("role") == "img"
    assert root.get("lang") == picture.language
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title.text == picture.title
    assert description.text == picture.description == picture.to_dict()["description"]
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert len(picture.description) > 40


def test_no_text_is_the_same_in_both_languages_but_names_and_numbers():
    """A text that was forgotten in one language stands out."""
    english, indonesian = pictures("en"), pictures("id")
    for name in NAMES:
        assert english[name].title != indonesian[name].title
        assert english[name].description != indonesian[name].description
        both = set(said(english[name])) & set(said(indonesian[name]))
        words = {each for each in both if re.search(r"[A-Za-z]{4}", each)}
        own = {*BANDS, "desk", "response", "services", "satisfaction", "Desk"}
        assert {each for each in words if not own & set(re.split(r"\W+", each))} == set()


def test_pictures_in_one_page_do_not_share_names(drawn):
    """Patterns and clips of one never take those of another."""
    found = [each.get("id") for one in drawn.values() for each in parsed(one).iter()]
    names = [each for each in found if each]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", NAMES)
def test_letters_are_large_and_dark_enough(drawn, name):
    """At least 11 pixels; the colours are proved in the tests of the theme."""
    sizes = [
        float(re.search(r"([\d.]+)px", each.get("style", "") + each.get("font-size", "")).group(1))
        for each in parsed(drawn[name]).iter(f"{SVG}text")
    ]
    assert min(sizes) >= 11


@pytest.mark.parametrize(
    "make",
    [
        lambda names: charts.band_strip(chances(), label=names),
        lambda names: charts.rank_intervals(ranks(), label=names),
        lambda names: charts.weight_fan(sensitivities(), label=names),
        lambda names: charts.funnel_plot(funnels(), target=0.85, label=names, about=HOSTILE),
    ],
)
def test_names_stay_text(make):
    """Of a name with tags and quotes every letter is shown, and none of it is markup."""
    picture = make(dict.fromkeys(PEOPLE, HOSTILE))
    assert HOSTILE in said(picture)
    assert not list(parsed(picture).iter(f"{SVG}script"))


def test_the_room_loads_no_library_until_something_is_drawn():
    """Neither Altair nor vl-convert nor NumPy for importing it, nor for a waterfall's document."""
    program = (
        "import sys, capaian.charts\n"
        "from capaian.charts import Picture, band_strip, waterfall\n"
        "band_strip({'score': [1], 'band': ['a'], 'p_a': [1]}).to_json()\n"
        "print([m for m in ('altair', 'vl_convert', 'polars') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True,
                         env={"PYTHONPATH": ":".join(each for each in sys.path if each)})  # fmt: skip
    assert run.stdout == "[]\n"


def test_public_names():
    """Each is there, and a stranger is not."""
    for name in charts.__all__:
        assert callable(getattr(charts, name))
    assert dir(charts) == charts.__all__
    with pytest.raises(AttributeError, match="has no attribute 'pie'"):
        _ = charts.pie
