"""`allow`, `none`, `strict`: one meaning in code, on the command line and in the environment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import PluginError
from capaian.registry import Plugins, plugins_of

NAMES = st.lists(st.from_regex(r"[a-z][a-z0-9-]{0,9}", fullmatch=True), max_size=3)


@given(NAMES | st.none(), st.booleans(), st.booleans())
def test_a_text_says_what_the_switches_say(allow, none, strict):
    """What is written is read back as it was."""
    none = none and allow is None
    switches = Plugins(allow=allow, none=none, strict=strict)
    assert Plugins.read(switches.text()) == switches


@pytest.mark.parametrize(
    ("text", "may"),
    [("", True), ("strict", True), ("allow=a", True), ("allow=b,a strict", True),
     ("allow=", False), ("allow=b", False), ("none", False), ("allow=b allow=a", True)],
)  # fmt: skip
def test_a_plugin_may_be_loaded_or_not(text, may):
    """Of the installed plugin `a`."""
    assert Plugins.read(text).may("a") is may


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "nonee",
            [
                (
                    "  CPN-G08  --plugins: 'nonee' does not say which plugins may be loaded. "
                    "Did you mean 'none'?"
                ),
                (
                    "           to fix: write none, strict, allow=NAME,NAME or several of them "
                    "apart by spaces."
                ),
            ],
        ),
        (
            "allow",
            [
                "  CPN-G08  --plugins: 'allow' does not say which plugins may be loaded.",
                (
                    "           to fix: write none, strict, allow=NAME,NAME or several of them "
                    "apart by spaces."
                ),
            ],
        ),
        (
            "none allow=a",
            [
                "  CPN-G07  --plugins: 'allow' and 'none' contradict each other.",
                "           to fix: say allow with the plugins that may be loaded, or none.",
            ],
        ),
    ],
    ids=["misspelt", "without names", "contradiction"],
)
def test_what_cannot_be_read_is_refused(text, lines):
    """With the place where it stands."""
    with pytest.raises(PluginError) as error:
        Plugins.read(text, "--plugins")
    headline = "Which plugins may be loaded cannot be read."
    assert str(error.value).splitlines() == [headline, *lines]


def test_contradicting_switches_are_refused_in_code_too():
    """And one text is no list of names."""
    with pytest.raises(PluginError, match="CPN-G07"):
        Plugins(allow=["a"], none=True)
    with pytest.raises(TypeError, match="allow is a list of names, not one text"):
        Plugins(allow="abc")


def test_the_environment_holds_where_a_call_says_nothing(monkeypatch):
    """Modules that are handed over say nothing of the installed ones; switches hold alone."""
    module = object()
    assert plugins_of(()) == Plugins()
    monkeypatch.setenv("CAPAIAN_PLUGINS", "strict allow=a")
    assert plugins_of(()) == Plugins(allow=["a"], strict=True)
    assert plugins_of([module]) == Plugins(allow=["a"], strict=True, given=[module])
    assert plugins_of(Plugins()) == Plugins()
    monkeypatch.setenv("CAPAIAN_PLUGINS", "all")
    with pytest.raises(PluginError, match="CPN-G08  CAPAIAN_PLUGINS: 'all' does not say"):
        plugins_of(())
