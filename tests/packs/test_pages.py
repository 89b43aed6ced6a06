"""The page of every pack is what its documents say."""

import pytest

import pack_pages

PAGES = pack_pages.pages()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_made_of_the_pack_s_documents(name):
    """Where it differs: `python tools/pack_pages.py`, and read what changed."""
    assert (pack_pages.PAGES / name).read_text(encoding="utf-8") == PAGES[name]


def test_no_page_is_of_a_pack_that_is_gone():
    assert {each.name for each in pack_pages.PAGES.glob("*.md")} == set(PAGES)
