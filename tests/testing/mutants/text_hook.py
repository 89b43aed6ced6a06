"""A plugin whose hook returns words where records belong."""

from capaian.plugin import hookimpl


@hookimpl
def capaian_indicator_types():
    return ["text-hook"]
