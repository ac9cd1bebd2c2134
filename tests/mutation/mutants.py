# SPDX-License-Identifier: MIT
"""All deliberate faults by name: in the sharing rules, in the group's changes, at the edge."""

from tests.mutation import mutants_edge, mutants_group, mutants_rules

MUTANTS = {}
for _module in (mutants_rules, mutants_group, mutants_edge):
    assert not set(MUTANTS) & set(_module.MUTANTS.all)
    MUTANTS.update(_module.MUTANTS.all)
