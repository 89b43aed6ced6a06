"""What an author imports: hooks that only collect, records that compare, no hidden state."""

import pluggy

from capaian import plugin
from capaian.formula import agg
from capaian.plugin import ColumnNeed, Measure, hookimpl


def test_every_hook_collects_and_none_decides():
    """No first result, no history, no arguments: nothing can alter a score in passing."""
    manager = pluggy.PluginManager("capaian")
    manager.add_hookspecs(plugin)
    for name in ("capaian_indicator_types", "capaian_methods", "capaian_packs"):
        specification = getattr(manager.hook, name).spec
        assert specification.argnames == ()
        assert not specification.opts["firstresult"]
        assert not specification.opts["historic"]


def test_the_mark_is_pluggy_s():
    """A marked function is found by any pluggy host of this project's name."""

    @hookimpl
    def capaian_methods():
        return []

    assert capaian_methods.capaian_impl["hookwrapper"] is False


def test_records_are_values():
    """Two measures built alike are equal; neither can be changed."""
    first = Measure((ColumnNeed("x", "integer"),), agg.count() / 1, agg.count())
    assert first == Measure((ColumnNeed("x", "integer"),), agg.count() / 1, agg.count())
    assert first.least == 0
    assert first.most is None
