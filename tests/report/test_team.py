"""A team's page: everybody once, counts that add up, nothing from elsewhere, escaped."""

import re
from html.parser import HTMLParser

import pytest

import capaian
from capaian.errors import AnalysisError
from capaian.policy import read_policy
from capaian.report import team_page, write_report


class Cells(HTMLParser):
    """Tables of a page by the heading above them, as rows of texts; and all attributes."""

    def __init__(self, html):
        super().__init__()
        self.tables, self.attributes, self.heading, self.open = {}, [], "", []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Begin a cell or a heading."""
        self.attributes += [(name, value) for name, value in attrs]
        if tag == "h2":
            self.heading = ""
        if tag == "tr":
            self.tables.setdefault(self.heading, []).append([])
        if tag in {"th", "td"}:
            self.tables[self.heading][-1].append("")
        self.open.append(tag)

    def handle_endtag(self, tag):
        """Close everything up to a tag; some are never closed."""
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, text):
        """Add a text to where it stands."""
        if "h2" in self.open:
            self.heading += text
        if self.open and {"th", "td"} & set(self.open):
            self.tables[self.heading][-1][-1] += text


@pytest.fixture
def scores(office, evidence):
    """The made-up office's January; one has no forms, another two open cases."""
    evidence["survey"] = [row for row in evidence["survey"] if row["nip"] != "a"]
    return capaian.score(read_policy(office), evidence, period="2026-01")


def test_everybody_stands_on_it_once_by_score(scores):
    """With the published score and the band's title."""
    rows = Cells(team_page(scores, pictures=False)).tables["People"]
    assert rows[0] == ["Name", "Score", "Band", "Without a value"]
    assert sorted(row[0] for row in rows[1:]) == list(scores.subjects)
    columns = scores.columns()
    known = dict(zip(columns["subject"], columns["score"], strict=True))
    assert [row[1] for row in rows[1:]] == [
        f"{value:.2f}" for value in sorted(known.values(), reverse=True)
    ]
    assert next(row for row in rows if row[0] == "a")[3] == "satisfaction"


def test_counts_add_up_to_the_ledger(scores):
    """Bands to everybody, missing values to the ledger, cases to those that were received."""
    tables = Cells(team_page(scores, pictures=False)).tables
    bands = tables["How many have which band"][1:]
    assert sum(int(row[1]) for row in bands) == len(scores)
    assert [row[0] for row in bands[:3]] == ["high", "middle", "low"]
    ledger = scores.ledger_columns()
    missing = {row[0]: (int(row[1]), int(row[2])) for row in tables["Values that are missing"][1:]}
    for name in scores.plan.indicators:
        values = [value for value, each in
                  zip(ledger["achievement"], ledger["indicator"], strict=True)
                  if each == name]  # fmt: skip
        count = values.count(None)
        assert missing.get(name, (len(values), 0)) == (len(values) - count, count)
    (cases,) = tables["Cases, and those still open"][1:]
    parts = [part for each in scores.subjects for part in scores.explain(each).parts
             if part.id == "response"]  # fmt: skip
    received = sum(part.figures["received"] for part in parts)
    assert sum(int(each) for each in cases[1:]) == received
    assert int(cases[3]) + int(cases[4]) == sum(part.figures["open"] for part in parts) > 0


def test_nothing_is_loaded_from_elsewhere(scores, tmp_path):
    """No address but those of the persons' pages beside it, and they are there."""
    write_report(scores, tmp_path)
    html = (tmp_path / "team.html").read_text(encoding="utf-8")
    assert not re.search(r"https?:|<script|<link|<img|<iframe|@import|url\((?!#)", html)
    places = [value for name, value in Cells(html).attributes
              if name in {"href", "src", "srcset", "action", "data", "xlink:href"}]  # fmt: skip
    assert sorted(places) == [f"pages/{each}.html" for each in scores.subjects]
    assert all((tmp_path / each).is_file() for each in places)


def test_everything_that_came_from_outside_is_escaped(office, evidence):
    """Identifiers, titles and citations with markup stay text, in the picture too."""
    evil = "<img src=x onerror=alert(1)>"
    for rows in evidence.values():
        for row in rows:
            row["nip"] = evil if row["nip"] == "b" else row["nip"]
    office["indicators"][0]["title"] = {"en": evil, "id": evil}
    office["sources"][0]["cite"] = evil
    scores = capaian.score(read_policy(office), evidence, period="2026-01")
    html = team_page(scores, title=evil)
    assert "<img" not in html
    assert html.count("&lt;img") > 4


def test_people_may_have_other_names(scores):
    """Pseudonyms from a mapping; numbers; who has none in the mapping is a number."""
    page = team_page(scores, label={"a": "X", "b": "Y"}, pictures=False)
    names = {row[0] for row in Cells(page).tables["People"][1:]}
    assert {"X", "Y"} < names
    assert not names & set(scores.subjects)
    assert "names people" not in page
    numbers = Cells(team_page(scores, label="number", pictures=False)).tables["People"][1:]
    assert [row[0] for row in numbers] == ["1", "2", "3", "4"]


def test_it_is_in_one_language(scores):
    """Which its root says."""
    page = team_page(scores, "id", pictures=False)
    assert '<html lang="id">' in page
    assert "<h1>Laporan tim</h1>" in page
    assert "Realisasi yang tidak ada" in page
    assert "Values that are missing" not in page


def test_a_unit_alone_and_without_pictures():
    """A unit is its heading; the page is whole where pictures are not wanted or cannot be drawn."""
    policy, evidence = (each("capaian/contoh") for each in
                        (capaian.load_policy, capaian.load_evidence))  # fmt: skip
    scores = capaian.score(policy, evidence, period="2026-Q1", as_of="2026-04-01")
    page = team_page(scores, unit="loket", pictures=False)
    assert "<h1>loket</h1>" in page
    assert [row[0] for row in Cells(page).tables["People"][1:]] == ["P-01", "P-02", "P-06"]
    assert "<svg" not in page
    assert "derived" in page
    drawn = team_page(scores, unit="loket")
    assert drawn.count("<svg") == 1
    assert 'role="img" lang="en"' in drawn


def test_without_the_extra_charts_pages_are_whole(scores, monkeypatch):
    """As they were before there were pictures."""
    monkeypatch.setattr("capaian.report.drawing.can_draw", lambda: False)
    assert team_page(scores) == team_page(scores, pictures=False)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"language": "fr"}, "CPN-M90"),
        ({"label": "nobody"}, "CPN-M90"),
        ({"unit": "elsewhere"}, "CPN-M90"),
    ],
)
def test_a_word_that_is_no_choice_is_refused(scores, options, code):
    """With the choices there are."""
    with pytest.raises(AnalysisError, match=code):
        team_page(scores, **options)


def test_what_is_no_scores_is_refused():
    """And what was wanted is named."""
    with pytest.raises(AnalysisError, match="CPN-X06"):
        team_page([])


def test_a_note_says_of_which_table_it_is(office, evidence):
    """Rows without a subject in two tables: two notes that tell them apart."""
    for name in ("complaints", "survey"):
        evidence[name] += [{**evidence[name][0], "nip": None}] * 3
    html = team_page(capaian.score(read_policy(office), evidence, period="2026-01"), pictures=False)
    notes = re.findall(r"<li>([a-z]+): 3 rows have no subject", html)
    assert sorted(notes) == ["complaints", "survey"]
