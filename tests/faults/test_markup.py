"""Names made of markup: shown as they are written, on every page, in every notebook, on a terminal."""

import ast
import copy
import json
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from attrs import evolve

import capaian
from capaian import analysis
from capaian.cli import main
from capaian.errors import Finding, visible
from capaian.policy import read_policy
from capaian.policy.difference import difference
from capaian.report import page, team_page
from capaian.testing import Report
from capaian.testing.outcome import Outcome
from office_sheets import statistics_evidence, statistics_office, workbook
from posts_office import CLERK, HEAD, RULE, day, noon
from small_office import OFFICE, made_up_evidence

HOUSE = Path(capaian.__file__).parent
PLAIN = "Bunga"
MARKUP = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "</pre><b>x</b>",
    "</title><base href=//x>", "<!--", "]]>", "<svg/onload=alert(1)>", "&lt;i&gt;", "{{7*7}}{% raw %}", "javascript:alert(1)",
    "</style><style>*{display:none}", "\u202e<b>", "<b\0>", "<math><mtext></p><table>",
]  # fmt: skip
STEERING = [
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\x9b31m",
    "a\rb",
    "a\x08\x08b",
    "a\u202eb",
    "a\u200bb",
    "\x1b[2J",
    "a\x0bb",
    "a\x7fb",
]
RICH = ["[red]x[/red]", "[link=http://x]y[/link]", ":warning:", "[/]", "[bold"]


class Elements(HTMLParser):
    """Every element of a page with its attributes, its comments, and its text."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.found, self.text = [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, *(name for name, _ in attrs), dict(attrs).get("lang")))

    def handle_endtag(self, tag):
        self.found.append(f"/{tag}")

    def handle_comment(self, _data):
        self.found.append("comment")

    def handle_decl(self, _decl):
        self.found.append("declaration")

    def unknown_decl(self, _data):
        self.found.append("declaration")

    def handle_pi(self, _data):
        self.found.append("instruction")

    def handle_data(self, data):
        self.text += data


def office(name):
    """The small office in which everything that has a title or a name has this one."""
    titled = {"en": name, "id": name}
    document = copy.deepcopy(OFFICE) | {
        "title": titled,
        "sources": [{"cite": name, "trust": "unconfirmed", "note": name}],
        "subjects": {"table": "staff", "label": "name", "unit": "office"},
        "units": {"table": "units", "unit": "office", "from": "people", "missing": "exclude", "label": "label"},
    }  # fmt: skip
    for each in [*document["indicators"], *document["nodes"], *document["bands"]]:
        each["title"] = titled
    people = [f"{name}{at}" for at in "abcd"]
    evidence = made_up_evidence(people)
    evidence["staff"] = [{"nip": each, "name": name, "office": name} for each in people]
    evidence["units"] = [{"office": name, "label": name}]
    return read_policy(document), evidence


def _posts(name, folder):
    titled = {"en": name, "id": name}
    for file, document in (("clerk", CLERK), ("head", HEAD)):
        made = copy.deepcopy(document) | {"title": titled}
        made["indicators"][0]["title"] = titled
        (folder / f"{file}.json").write_text(json.dumps(made), encoding="utf-8")
    rule = copy.deepcopy(RULE) | {"title": titled}
    rule["assign"] = [{"post": name, "policy": "head.json"}, {"policy": "clerk.json"}]
    rule["bands"] = [{**each, "title": titled} for each in rule["bands"]]
    tables = {"postings": [], "letters": [], "cases": []}
    for post, first, last in ((name, 1, 15), ("clerk", 16, 31)):
        tables["postings"].append({"nip": name, "post": post, "from": day(first), "to": day(last)})
        tables["letters"].append({"nip": name, "on": noon(first + 1)})
        case = {"received": noon(first + 1), "answered": noon(first + 2)}
        tables["cases"].append({"nip": name, **case})
    path = folder / "posts.json"
    path.write_text(json.dumps(rule), encoding="utf-8")
    return capaian.score(capaian.load_assignment(path), tables, period="2026-03")


NAMELESS = {
    "Change",
    "Combinations",
    "Diagnoses",
    "Effort",
    "InterruptedSeries",
    "Reversal",
    "Treatment",
}
"""What shows no name of this office: ids of indicators are letters, and nobody is suspected."""


def analysed(name, policy, evidence, scores):
    """What analysis shows of the same office."""
    every, who = list(scores.plan.indicators), scores.subjects
    points = {each.id: 50 for each in policy.children("score")}
    groups = {each: f"{name}{at % 2}" for at, each in enumerate(who)}
    return [
        analysis.Table(name, {name: [name]}, notes=[name]),
        analysis.weights_workshop(policy, {name: points}, method="budget", groups={name: name}),
        analysis.winsorise(scores),
        analysis.explain_change(scores, scores),
        analysis.compare_scores(scores, scores),
        analysis.what_it_takes(scores, who[0], policy.bands[-1].id, costs=dict.fromkeys(every, 1)),
        analysis.estimates(scores, inference=dict.fromkeys(every, "analytic")),
        analysis.fairness(scores, groups, band=policy.bands[-1].id, min_cell=1),
        analysis.diagnose(policy, evidence, period="2026-01", as_of="2026-02-01"),
        analysis.all_combinations(scores, normalise=["min-max"], aggregate=["arithmetic"]),
        analysis.rank_reversal(scores, lambda values: values.mean(axis=1)),
        analysis.interrupted_series([float(at % 3) for at in range(30)], 15),
    ]


def shown(name, folder):
    """Everything that capaian shows as HTML, by what it is."""
    policy, evidence = office(name)
    scores = capaian.score(policy, evidence, period="2026-01")
    units = capaian.score_units(policy, evidence, period="2026-01")
    posts = _posts(name, folder)
    changed = copy.deepcopy(OFFICE) | {"title": {"en": name, "id": name}, "edition": name}
    cell = name.replace("\0", "")
    sheet = workbook(folder / "a.xlsx", [("NIP", "Nilai", "Predikat"), (cell, 1, cell)], title="x")
    columns = {"subject": "NIP", "score": "Nilai", "band": "Predikat"}
    shown = [
        scores, scores.explain(f"{name}a"), capaian.score(policy, evidence, period=["2026-01"]), scores.published(least=2),
        units, units.explain(name), posts, posts.explain(name),
        difference(read_policy(OFFICE), read_policy(changed)),
        capaian.compare_sheet(sheet, statistics_office(), statistics_evidence(nip=cell), columns=columns, period="2025-Q2"),
        evolve(capaian.verify(scores.record(f"{name}a").to_json()), findings=(Finding("CPN-V06", name),)),
        Report([Outcome(name, "failed", name, name, name)], name, name, 0.0),
    ]  # fmt: skip
    shown += analysed(name, policy, evidence, scores)
    pages = {type(each).__name__: each._repr_html_() for each in shown}
    it = scores.explain(f"{name}a")
    return pages | {
        "page": page(it, best=Fraction(120), pictures=False),
        "team_page": team_page(scores, pictures=False),
    }


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """What is shown where the name is an ordinary one."""
    return shown(PLAIN, tmp_path_factory.mktemp("plain"))


def _bare(text):
    """Return a text without blanks, of which HTML keeps no count, and without what XML cannot hold."""
    return "".join(text.split()).replace("\0", "").replace("\ufffd", "")


def pictured(name, folder):
    """Return the pages with pictures of the same office."""
    policy, evidence = office(name)
    scores = capaian.score(policy, evidence, period="2026-01")
    return page(scores.explain(f"{name}a"), best=Fraction(120)), team_page(scores)


@pytest.mark.parametrize("name", MARKUP)
def test_no_name_makes_another_kind_of_element_in_a_picture(name, tmp_path):
    """A long name takes more lines, so elements are not counted: their kinds are the same."""
    for made, usual in zip(pictured(name, tmp_path), pictured(PLAIN, tmp_path), strict=True):
        kinds, known = (
            {each if isinstance(each, str) else each[0] for each in Elements(html).found}
            for html in (made, usual)
        )
        assert kinds <= known | {"tspan", "/tspan"}
        loose = [each for each in Elements(made).found if not isinstance(each, str)]
        assert not [part for each in loose for part in each[1:-1] if part.startswith("on")]


@pytest.mark.parametrize("name", MARKUP)
def test_no_name_makes_an_element_an_attribute_or_a_comment(name, plain, tmp_path):
    """The elements are those of the same page with an ordinary name, and the name is its text."""
    for where, html in shown(name, tmp_path).items():
        made, usual = Elements(html), Elements(plain[where])
        assert made.found == usual.found, where
        if where not in NAMELESS:
            assert any(_bare(each) in _bare(made.text) for each in (name, visible(name))), where


def test_what_looks_finds_what_there_is_to_find(plain):
    """Were one name not escaped, elements would differ."""
    html = plain["page"]
    assert Elements(html).found[:3] == ["declaration", ("html", "lang", "id"), ("head", None)]
    for name in MARKUP[:2]:
        assert Elements(html.replace(PLAIN, name)).found != Elements(html).found


def test_every_class_that_is_shown_in_a_notebook_is_tried_here(plain):
    """A new one must come in here too; there is no other output in HTML, and in SVG only pictures.

    What draws those is tried on pages that hold them. A class that is there to be derived from is
    tried in all that are.
    """
    classes, bases = set(), {}
    for file in HOUSE.rglob("*.py"):
        for each in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = (
                {one.name for one in getattr(each, "body", ()) if isinstance(one, ast.FunctionDef)}
                if isinstance(each, ast.ClassDef)
                else set()
            )
            if getattr(each, "name", "") == "Picture":
                continue
            assert not names & {
                "_repr_svg_",
                "_repr_javascript_",
                "_repr_mimebundle_",
                "_repr_latex_",
            }
            if isinstance(each, ast.ClassDef):
                bases[each.name] = {one.id for one in each.bases if isinstance(one, ast.Name)}
            if "_repr_html_" in names:
                classes.add(each.name)
    templates = {
        file.name for ending in ("html", "svg", "js") for file in HOUSE.rglob(f"*.{ending}")
    }

    def below(name):
        return {each for each, some in bases.items() if name in some}

    def missed(name):
        if name in plain:
            return set()
        return set().union(*map(missed, below(name))) if below(name) else {name}

    assert set().union(*map(missed, classes)) == set()
    assert set(plain) - {"page", "team_page"} <= set(bases)
    assert templates == {"page.html", "team.html"}


def _files(folder, name):
    """The small office as files, and the arguments of a command that scores it."""
    policy, evidence = office(name)
    path = folder / "policy.json"
    path.write_text(json.dumps(capaian.policy.to_document(policy)), encoding="utf-8")
    given = [str(path), "--period", "2026-01"]
    for table, rows in evidence.items():
        file = folder / f"{table}.jsonl"
        file.write_text(
            "\n".join(json.dumps(row, default=str) for row in rows) + "\n", encoding="utf-8"
        )
        given += ["--evidence", f"{table}={file}"]
    return given


def _said(arguments, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    out, err = capsys.readouterr()
    return out + err


@pytest.mark.parametrize("name", STEERING)
def test_nothing_steers_the_terminal(name, tmp_path, capsys):
    """Control characters, turned writing and what has no width are shown as escapes."""
    given = _files(tmp_path, name)
    commands = [
        ["score", *given], ["units", *given], ["explain", *given, "--subject", f"{name}a"], ["check", *given],
        ["explain", *given, "--subject", "nobody"], ["score", f"{name}.json", *given[1:]], ["diff", given[0], "skm/2017"],
        ["score", given[0], "--period", name, *given[3:]], ["packs", name], ["cases", name],
    ]  # fmt: skip
    record = tmp_path / "record.json"
    policy, evidence = office(name)
    record.write_text(
        capaian.score(policy, evidence, period="2026-01").record(f"{name}a").to_json(),
        encoding="utf-8",
    )
    commands += [["verify", str(record), "--reader", each] for each in ("employee", "auditor")]
    for each in commands:
        said = _said(each, capsys)
        assert {one for one in name if not one.isprintable()} & set(said) == set(), each[0]
        assert said.replace("\n", "").isprintable(), each[0]


@pytest.mark.parametrize("name", RICH)
def test_no_name_is_markup_of_the_terminal(name, tmp_path, capsys):
    """What would be red, a link or an emoji is the text that it is."""
    given = _files(tmp_path, name)
    for each in (
        ["score", *given],
        ["units", *given],
        ["explain", *given, "--subject", f"{name}a"],
    ):
        assert name in _said(each, capsys)
