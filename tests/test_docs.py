"""The pages keep up with the code: names, codes, examples, tables of contents."""

import ast
import inspect
import json
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import capaian
from capaian import plugin
from capaian.columns.faults import Fault
from capaian.errors import catalogue
from capaian.plugin import GROUP as PROJECT
from capaian.registry.build import _HOOKS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
HOOKS = DOCS / "reference" / "hooks"
PAGES = sorted(path for path in DOCS.rglob("*.md") if not {"_build"} & set(path.parts))
WITH_BLOCKS = [ROOT / "README.md", *PAGES]

# What is promised, and so must be described: the modules that users and authors import.
PROMISED = (
    *("formula", "indicator", "plugin", "policy", "report", "testing", "workcalendar", "errors"),
    "record",
)
# Findings that ask for nothing: notes, and what nobody foresaw.
NOTHING_TO_DO = {"CPN-E51", "CPN-E53", "CPN-E55", "CPN-X00", "CPN-X01"}
NOTHING_TO_DO |= {"CPN-V11", "CPN-V12"}
NOTHING_TO_DO |= {f"CPN-A{number}" for number in ("07", 16, 17, 18, 39, 40, 41)}


def short(path):
    return str(path.relative_to(ROOT))


def described():
    """The full names for which a page of the reference has a directive."""
    pages = [*(DOCS / "reference").glob("api*.md"), *HOOKS.glob("*.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    return set(re.findall(r"^\.\. (?:auto\w+|data):: ([\w.]+)$", text, re.MULTILINE))


def public_names(module):
    """A module's `__all__`, or else what it defines at its top without an underscore."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    names = []
    for each in ast.parse(Path(module.__file__).read_text(encoding="utf-8")).body:
        if isinstance(each, ast.ClassDef | ast.FunctionDef):
            names.append(each.name)
        elif isinstance(each, ast.Assign | ast.AnnAssign):
            targets = each.targets if isinstance(each, ast.Assign) else [each.target]
            names += [
                target.id
                for target in targets
                if "TypeVar" not in ast.unparse(each.value or target)
            ]
    return [name for name in names if not name.startswith("_")]


def test_every_public_name_is_on_a_page():
    """Names that are promised are described."""
    assert [name for name in capaian.__all__ if f"capaian.{name}" not in described()] == []


@pytest.mark.parametrize("room", PROMISED)
def test_every_name_of_a_promised_module_is_on_a_page(room):
    """Under the module's own name, or under `capaian` where it stands there too."""
    shown = described()
    names = public_names(import_module(f"capaian.{room}"))
    missing = [n for n in names if not {f"capaian.{room}.{n}", f"capaian.{n}"} & shown]
    assert missing == []


def hooks():
    """The names of all specifications that authors may implement."""
    return sorted(name for name, each in vars(plugin).items() if hasattr(each, f"{PROJECT}_spec"))


def page_of(hook):
    return (HOOKS / f"{hook}.md").read_text(encoding="utf-8")


def test_the_hooks_that_are_asked_have_a_page_and_nothing_else_has():
    """Specified, collected by the registry, in the table of authors: the same three lists."""
    assert sorted(_HOOKS) == hooks() == sorted(each.stem for each in HOOKS.glob("*.md"))
    table = (DOCS / "reference" / "api-plugins.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[`(\w+)`\]\(hooks/\1\.md\) ", table, re.MULTILINE) == hooks()


@pytest.mark.parametrize("hook", hooks())
def test_the_heading_of_a_hook_s_page_is_its_signature(hook):
    """With the types as they are written in the source; its docstring stands below."""
    signature = str(inspect.signature(getattr(plugin, hook))).replace("'", "")
    assert page_of(hook).startswith(f"# `{hook}{signature}`\n")
    assert f"capaian.plugin.{hook}" in described()


@pytest.mark.parametrize("hook", hooks())
def test_a_hook_says_since_when(hook):
    """In a line of its docstring, which its page shows, and in the table of all."""
    (since,) = re.findall(r"^ *Since (\d+\.\d+)\. ", getattr(plugin, hook).__doc__, re.MULTILINE)
    table = (DOCS / "reference" / "api-plugins.md").read_text(encoding="utf-8")
    (row,) = (line for line in table.splitlines() if line.startswith(f"| [`{hook}`]"))
    assert row.endswith(f"| {since} |")


@pytest.mark.parametrize("hook", hooks())
def test_a_hook_s_page_shows_an_example_that_a_test_runs(hook):
    """The file that is included implements the hook; a test named after the hook imports it."""
    included = re.findall(r"^```\{literalinclude\} (\S+\.py)\n", page_of(hook), re.MULTILINE)
    (example,) = ((HOOKS / each).resolve() for each in included)
    functions = [
        each
        for each in ast.parse(example.read_text(encoding="utf-8")).body
        if isinstance(each, ast.FunctionDef) and each.name == hook
    ]
    assert [ast.unparse(mark) for each in functions for mark in each.decorator_list] == ["hookimpl"]
    tests = [each.read_text(encoding="utf-8") for each in (ROOT / "tests").rglob("test_*.py")]
    (text,) = (each for each in tests if f"\ndef test_{hook}(" in each)
    body = text.partition(f"\ndef test_{hook}(")[2].partition("\ndef ")[0]
    assert example.stem in body


@pytest.mark.parametrize("hook", hooks())
def test_a_hook_s_page_names_plugins_that_exist(hook):
    """Modules of capaian that implement it, and folders of the sources."""
    (told,) = re.findall(r"^Real ones: (.*?)\n\n", page_of(hook), re.DOTALL | re.MULTILINE)
    named = re.findall(r"`([\w./-]+)`", told)
    modules = [each for each in named if each.startswith("capaian.")]
    assert modules
    assert all(hasattr(import_module(each), hook) for each in modules)
    folders = [each for each in named if "/" in each]
    assert all((ROOT / each).is_dir() for each in folders)


def test_every_error_about_plugins_and_packs_is_on_a_page_for_authors():
    """Each hook has its table; the rest stands where loading, functions and cases are told."""
    pages = [*HOOKS.glob("*.md"), *(DOCS / "extend").glob("*.md")]
    told = "\n".join(each.read_text(encoding="utf-8") for each in pages)
    shown = {c for line in re.findall(r"\{errors-of\} (.*)", told) for c in line.split()}
    of_plugins = {code for code in catalogue() if code.startswith("CPN-G")}
    of_packs = {f"CPN-K{number:02}" for number in (1, 2, 3, 4, 10, 11, 12, 20)}
    assert shown == of_plugins | of_packs
    for hook in hooks():
        assert "```{errors-of} CPN-G" in page_of(hook)


def places(text):
    """The names in braces; a value may exist in both languages, as `gap` and `gap_id`."""
    return {re.sub(r"_(en|id)$", "", name) for name in re.findall(r"\{(\w+)", text)}


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_every_code_has_both_languages_and_the_same_places(code):
    """Each sentence exists in English and Indonesian and fills the same places."""
    texts = catalogue()[code]
    assert texts["en"]
    assert texts["id"]
    assert places(texts["en"]) == places(texts["id"])
    assert places(texts.get("fix_en", "")) == places(texts.get("fix_id", ""))


def test_every_code_says_what_to_do():
    """In both languages, except where nothing needs doing."""
    without = {
        code
        for code, texts in catalogue().items()
        if not (texts.get("fix_en") and texts.get("fix_id"))
    }
    assert without == NOTHING_TO_DO


def test_every_code_is_on_the_page_of_errors():
    """The directive writes out each code of the groups that it knows, and the page has it."""
    tree = ast.parse((DOCS / "_ext" / "error_codes.py").read_text(encoding="utf-8"))
    groups = next(
        ast.literal_eval(each.value)
        for each in tree.body
        if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "GROUPS"
    )
    assert {code[4] for code in catalogue()} <= set(groups)
    assert all(re.fullmatch(r"CPN-[A-Z]\d\d", code) for code in catalogue())
    assert "```{error-codes}\n```" in (DOCS / "reference" / "errors.md").read_text(encoding="utf-8")


def test_every_code_that_is_raised_is_in_the_catalogue_and_the_other_way_round():
    """No sentence is missing, and none is kept for nothing."""
    sources = (ROOT / "src").rglob("*.py")
    used = {
        code for path in sources for code in re.findall(r"CPN-[A-Z]\d\d", path.read_text("utf-8"))
    }
    used |= {f"CPN-E{fault}" for fault in Fault if fault}
    assert used - set(catalogue()) == set()
    assert set(catalogue()) - used == set()


def in_contents(start=DOCS / "index.md"):
    """The pages that the tables of contents list, of the start page and of those below it."""
    listed = set()
    text = start.read_text(encoding="utf-8")
    for block in re.findall(r"```\{toctree\}\n(.*?)```", text, re.DOTALL):
        entries = [line for line in block.splitlines() if line and not line.startswith(":")]
        for entry in entries:
            for path in start.parent.glob(f"{entry}.md"):
                listed |= {path.relative_to(DOCS).as_posix()} | in_contents(path)
    return listed


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_page_is_in_a_table_of_contents(page):
    """Nothing is written that nobody can find."""
    assert page.relative_to(DOCS).as_posix() in in_contents() | {"index.md"}


def blocks(page, language):
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", WITH_BLOCKS, ids=short)
def test_blocks_that_are_shown_and_not_run_are_well_formed(page):
    """Python compiles, TOML and JSON can be read; what runs is run when the pages are built."""
    for block in blocks(page, "python"):
        compile(block, str(page), "exec")
    for block in blocks(page, "toml"):
        tomllib.loads(block)
    for block in blocks(page, "json"):
        json.loads(block)


def test_cells_are_those_of_text_notebooks():
    """A page with a cell says that it is a notebook: without that the cell would only be shown."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert text.startswith("---\nfile_format: mystnb\n") == ("```{code-cell}" in text), page


def test_pages_load_nothing_from_elsewhere():
    """An intranet without the web shows every page whole."""
    style = (DOCS / "_static" / "capaian.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style
    settings = (DOCS / "conf.py").read_text(encoding="utf-8")
    assert "http" not in settings
    assert "sphinx.ext.mathjax" not in settings
    for page in PAGES:
        assert not re.search(
            r"!\[[^\]]*\]\(http|<(script|img|iframe|link)\b", page.read_text("utf-8")
        )


def test_the_readme_s_python_runs_as_it_stands(tmp_path, monkeypatch, office, evidence, capsys):
    """With a policy and two tables of those names, line by line."""
    code = blocks(ROOT / "README.md", "python")[0]
    office["nodes"], office["indicators"] = (
        [],
        [
            {**office["indicators"][0], "parent": "", "weight": "1/2"},
            {**office["indicators"][2], "weight": "1/2"},
        ],
    )
    for indicator in office["indicators"]:
        indicator.pop("parent", None)
    (tmp_path / "policy.json").write_text(json.dumps(office), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    subject = re.search(r'explain\("(\d+)"\)', code)[1]
    for rows in evidence.values():
        for row in rows:
            row["nip"] = subject
    scope = {"complaints": evidence["complaints"], "survey": evidence["survey"]}
    exec(compile(code.replace("policy.toml", "policy.json"), "README.md", "exec"), scope)  # noqa: S102
    assert subject in capsys.readouterr().out
