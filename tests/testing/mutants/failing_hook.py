"""A plugin whose hook raises."""

from capaian.plugin import hookimpl


@hookimpl
def capaian_indicator_types():
    raise OSError("no licence file")
