"""Which plugins may take part: `allow`, `none` and `strict`, the same three words everywhere.

In code they are a `Plugins`; on the command line and in the environment variable they are one text,
such as `strict allow=first-visit,turnover`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from attrs import evolve, field, frozen

from capaian.errors import Finding, PluginError, did_you_mean

VARIABLE = "CAPAIAN_PLUGINS"
"""The environment variable that holds for every call that says nothing itself."""
WORDS = ("allow", "none", "strict")
_HEADLINE = "Which plugins may be loaded cannot be read."


def _modules(given: Iterable[object]) -> tuple[object, ...]:
    return tuple(given)


def _names(given: Iterable[str] | None) -> tuple[str, ...] | None:
    if isinstance(given, str):
        raise TypeError("allow is a list of names, not one text")
    return None if given is None else tuple(given)


@frozen
class Plugins:
    """Which installed plugins may take part in a call; those of capaian itself always may.

    Attributes
    ----------
    allow
        Names of entry points: no other plugin is loaded. Any may be where left out.
    none
        No installed plugin is loaded at all.
    strict
        Every installed plugin that may be loaded is loaded, and whatever is wrong with one is an
        error, needed or not. By default a plugin that is broken is set aside until it is needed.
    given
        Plugin modules or objects that are not installed. They may always take part.

    Raises
    ------
    PluginError
        CPN-G07: `allow` and `none` together.

    Examples
    --------
    >>> Plugins(allow=["first-visit"], strict=True).text()
    'strict allow=first-visit'
    >>> Plugins.read("none").none
    True
    """

    allow: tuple[str, ...] | None = field(default=None, converter=_names)
    none: bool = False
    strict: bool = False
    given: tuple[object, ...] = field(default=(), converter=_modules)

    def __attrs_post_init__(self) -> None:
        if self.none and self.allow is not None:
            raise PluginError(_HEADLINE, [Finding("CPN-G07", "plugins")])

    @classmethod
    def read(cls, text: str, where: str = "plugins") -> Plugins:
        """Return what a text says: words apart by spaces, names after `allow=` apart by commas.

        Parameters
        ----------
        text
            Such as `none`, `strict`, `strict allow=first-visit,turnover`; `allow=` allows no plugin
            but capaian's own. Empty: any plugin may be loaded.
        where
            Where it stands, for the error.

        Raises
        ------
        PluginError
            CPN-G08: a word that is none of the three; CPN-G07 as above.
        """
        allow: list[str] | None = None
        said: set[str] = set()
        findings: list[Finding] = []
        for part in text.split():
            word, equals, names = part.partition("=")
            if word not in WORDS or bool(equals) != (word == "allow"):
                hint = did_you_mean(word, WORDS) if word not in WORDS else ""
                findings.append(Finding("CPN-G08", where, {"word": part[:80], "hint": hint}))
            elif word == "allow":
                allow = (allow or []) + [each for each in names.split(",") if each]
            said.add(word)
        if {"allow", "none"} <= said:
            findings.append(Finding("CPN-G07", where))
        if findings:
            raise PluginError(_HEADLINE, findings)
        return cls(allow, none="none" in said, strict="strict" in said)

    def text(self) -> str:
        """Return the switches as `read` takes them."""
        words = [word for word in ("none", "strict") if getattr(self, word)]
        return " ".join(words + ([] if self.allow is None else [f"allow={','.join(self.allow)}"]))

    def may(self, name: str) -> bool:
        """Return whether the installed plugin of a name may be loaded."""
        return not self.none and (self.allow is None or name in self.allow)


def plugins_of(given: Plugins | Iterable[object]) -> Plugins:
    """Return what a call says of plugins, and the environment where it says nothing.

    Parameters
    ----------
    given
        Switches, which then hold alone; or plugin modules or objects that are not installed, to
        which the switches of `CAPAIAN_PLUGINS` are added.

    Raises
    ------
    PluginError
        As `Plugins.read`.
    """
    if isinstance(given, Plugins):
        return given
    modules: Sequence[object] = tuple(given)
    text = os.environ.get(VARIABLE, "")
    switches = Plugins.read(text, VARIABLE) if text else Plugins()
    return evolve(switches, given=modules) if modules else switches
