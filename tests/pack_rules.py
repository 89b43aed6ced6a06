"""What the tests of the office's packs share: a pack's rules, found as a stranger's would be."""

from functools import cache

import capaian
from capaian.shelf import find_pack


@cache
def rules_in(module):
    """The rules of a pack's module by their id."""
    from_module = {}
    for pack in module.capaian_packs():
        found = find_pack(pack.id, [module])
        from_module |= {each.id: each for each in found.rules}
    return from_module


def apply(module, rule, **values):
    """What a rule of a module gives."""
    return rules_in(module)[rule].apply(values)


def trusts(module, rule, **values):
    """How far the sources of one result are to be trusted, each once."""
    return {each.trust for each in rules_in(module)[rule].sources(values)}


def all_cases(module):
    """The results of the cases that a module's pack brings."""
    (pack,) = module.capaian_packs()
    return capaian.run_cases(pack.id, plugins=[module])
