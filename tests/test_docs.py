"""The pages keep up with the code: names, codes, examples, tables of contents."""

import re
from pathlib import Path

import pytest

import capaian
from capaian.columns.faults import Fault
from capaian.errors import catalogue

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)


def test_every_public_name_is_on_a_page():
    """Names that are promised are described."""
    api = (DOCS / "reference" / "api.md").read_text(encoding="utf-8")
    assert [name for name in capaian.__all__ if f"capaian.{name}\n" not in api] == []


def test_every_hook_is_on_a_page_and_says_since_when():
    """An author finds each hook, and in which version it came."""
    from capaian import plugin, registry

    api = (DOCS / "reference" / "api.md").read_text(encoding="utf-8")
    for hook in registry._HOOKS:
        assert f"capaian.plugin.{hook}\n" in api
        assert "Since 0." in getattr(plugin, hook).__doc__


def places(text):
    """The names in braces; a value may exist in both languages, as `gap` and `gap_id`."""
    return {re.sub(r"_(en|id)$", "", name) for name in re.findall(r"\{(\w+)", text)}


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_every_code_has_both_languages_and_the_same_places(code):
    """Each sentence exists in English and Indonesian and fills the same places."""
    texts = catalogue()[code]
    assert places(texts["en"]) == places(texts["id"])
    assert places(texts.get("fix_en", "")) == places(texts.get("fix_id", ""))


def test_every_code_that_is_raised_is_in_the_catalogue_and_the_other_way_round():
    """No sentence is missing, and none is kept for nothing."""
    sources = (DOCS.parent / "src").rglob("*.py")
    used = {
        code for path in sources for code in re.findall(r"CPN-[A-Z]\d\d", path.read_text("utf-8"))
    }
    used |= {f"CPN-E{fault}" for fault in Fault if fault}
    assert used - set(catalogue()) == set()
    assert set(catalogue()) - used == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(DOCS)))
def test_every_page_is_in_a_table_of_contents(page):
    """Nothing is written that nobody can find."""
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    name = str(page.relative_to(DOCS).with_suffix(""))
    assert name == "index" or f"\n{name}\n" in index or name.startswith("decisions/")


def test_the_readme_s_python_runs_as_it_stands(tmp_path, monkeypatch, office, evidence, capsys):
    """With a policy and two tables of those names, line by line."""
    import json

    text = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
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


def test_blocks_of_python_in_pages_compile():
    """A block that is shown and not run is at least Python."""
    for page in PAGES:
        for block in re.findall(
            r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL
        ):
            compile(block, str(page), "exec")
