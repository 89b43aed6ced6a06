"""Pages opened in a browser: a phone, A4 and a desk; by eye, by ear, by keyboard, on paper."""

import copy

import pytest

import capaian
from capaian.policy import read_policy
from capaian.report import page, team_page, write_reports
from opened import WIDTHS, Opened, browser
from small_office import OFFICE, made_up_evidence

pytestmark = pytest.mark.browser

PACK = "capaian/contoh"
LONG = "Siti Nurhaliza Kusumawardani Prawirodirdjo, S.Kom., M.Si."
SEEN = ("overflow", "cut", "overlaps", "contrast", "order", "headings", "alternatives")


@pytest.fixture(scope="module")
def chromium():
    """One browser for all pages."""
    with browser() as found:
        yield found


def large_office():
    """Forty-five people with long names and nine indicators, some of whom have no evidence."""
    office, few = copy.deepcopy(OFFICE), made_up_evidence()
    office["title"] = {
        "en": "Front desk with many indicators",
        "id": "Loket dengan banyak indikator",
    }
    office["subjects"] = {"table": "people", "subject": "nip", "label": "called", "unit": "home"}
    count = next(each for each in office["indicators"] if each["id"] == "services")
    for number in range(6):
        title = {"en": f"Services of the kind {number} completed", "id": f"Layanan jenis {number}"}
        office["indicators"].append({**copy.deepcopy(count), "id": f"s{number}", "title": title})
    for each in office["indicators"]:
        each["weight"] = "1/8" if each.get("parent") else "1/3"  # eight below the node
    people = [f"p{number:02}" for number in range(45)]
    evidence = {
        name: [{**row, "nip": one} for at, one in enumerate(people) for row in rows[at % 5 :: 5]]
        for name, rows in few.items()
    }
    evidence["people"] = [
        {"nip": one, "called": f"{LONG} {at}", "home": f"Seksi {'ABC'[at % 3]}"}
        for at, one in enumerate(people)
    ]
    return read_policy(office), evidence


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Every kind of page, by name: of a small team, of a large one, of persons."""
    folder = tmp_path_factory.mktemp("pages")
    policy, evidence = capaian.load_policy(PACK), capaian.load_evidence(PACK)
    quarter = capaian.score(policy, evidence, period="2026-Q1", as_of="2026-04-01")
    made = {
        f"{name}-{language}": team_page(scores, language, **options)
        for language in ("en", "id")
        for name, scores, options in (
            ("team", quarter, {"links": dict.fromkeys(quarter.subjects, "pages/one.html")}),
            ("unit", quarter, {"unit": "loket", "label": "number"}),
        )
    }
    months = capaian.score(policy, evidence, period=["2026-01", "2026-02", "2026-03"])
    best = policy.scale.cap or policy.scale.best
    for subject in ("P-02", "P-05"):
        made[f"person-{subject}"] = page(quarter.explain(subject), best=best)
    made["person-trend"] = page(months[-1].explain("P-03"), best=best, periods=list(months))
    made["person-plain"] = page(quarter.explain("P-02"), best=best, pictures=False)
    large = capaian.score(*large_office(), period="2026-01")
    made["large-id"] = team_page(large, "id")
    found = {}
    for name, text in made.items():
        found[name] = folder / f"{name}.html"
        found[name].write_text(text, encoding="utf-8")
    return found


KINDS = (
    *("team-en", "team-id", "unit-en", "unit-id", "large-id"),
    *("person-P-02", "person-P-05", "person-trend", "person-plain"),
)
PAPER = {"team-en": 2, "unit-id": 2, "person-P-02": 4, "person-P-05": 4, "person-plain": 4}
"""Sheets of A4; a person's page begins anew for each language."""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_can_be_read_at_every_width(chromium, pages, kind, width):
    """Nothing beyond the edge, cut off, or over another; contrast 4.5 to 1; in order; in words."""
    opened = Opened(chromium, pages[kind], width)
    assert {name: faults for name in SEEN if (faults := opened.ask(name))} == {}
    assert opened.loaded == [pages[kind].as_uri()]


@pytest.mark.parametrize("kind", KINDS)
def test_the_keyboard_goes_through_a_page_as_one_reads_it(chromium, pages, kind):
    """Tab reaches every place that can be reached, in the order of the page, and shows where it is."""
    opened = Opened(chromium, pages[kind], 360)
    assert opened.tabbed() == list(range(opened.ask("stops")))
    assert opened.ask("unframed") == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_can_be_printed(chromium, pages, kind):
    """On A4: nothing beyond the margin, no row or picture torn apart, as many sheets as expected."""
    opened = Opened(chromium, pages[kind], 794)
    opened.paper()
    seen = (*SEEN, "pieces")
    assert {name: faults for name in seen if (faults := opened.ask(name))} == {}
    if kind in PAPER:
        assert opened.printed() == PAPER[kind]


def test_a_map_of_forty_is_on_one_sheet_with_its_heading(chromium, tmp_path):
    """As many rows as a map has at most; higher than A4 it would leave its heading alone."""
    policy, evidence = large_office()
    forty = {name: [row for row in rows if row["nip"] < "p40"] for name, rows in evidence.items()}
    path = tmp_path / "forty.html"
    scores = capaian.score(policy, forty, period="2026-01")
    path.write_text(team_page(scores, "id", label="number"), encoding="utf-8")
    opened = Opened(chromium, path, 794)
    opened.paper()
    assert opened.ask("pieces") == []
    opened.page.add_style_tag(content=".wide svg{max-height:none!important}")
    assert [each[:20] for each in opened.ask("pieces")] == ["higher than a sheet:"]


def test_names_lead_to_the_pages_that_were_written(chromium, tmp_path):
    """From the team's page to a person's, by the keyboard."""
    policy, evidence = capaian.load_policy(PACK), capaian.load_evidence(PACK)
    scores = capaian.score(policy, evidence, period="2026-Q1", as_of="2026-04-01")
    write_reports(scores, tmp_path, pictures=False, language="id")
    opened = Opened(chromium, tmp_path / "team.html", 1280)
    opened.page.keyboard.press("Tab")
    opened.page.keyboard.press("Enter")
    opened.page.wait_for_url("**/pages/P-01-*.html")
    assert opened.page.title() == "P-01 · 2026-Q1"


@pytest.mark.parametrize(
    ("harm", "name"),
    [
        ("body{min-width:900px}", "overflow"),
        (".note{color:#999}", "contrast"),
        ("td{height:4px;display:block;overflow:hidden}", "cut"),
        ("h2{margin-bottom:-1.6rem}", "overlaps"),
        ("main{display:flex;flex-direction:column-reverse}", "order"),
        ("tr{break-inside:auto}", "pieces"),
        ("a:focus-visible{outline:none}", "unframed"),
    ],
)
def test_what_asks_finds_what_is_wrong(chromium, pages, harm, name):
    """A page that is spoilt on purpose is found out: the questions are no formality."""
    opened = Opened(chromium, pages["team-en"], 360)
    opened.page.add_style_tag(content=harm)
    assert opened.ask(name)
