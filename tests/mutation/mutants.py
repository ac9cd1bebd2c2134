# SPDX-License-Identifier: MIT
"""All deliberate faults by name: sharing rules, changes of the group, edge, pilot path, loads,
pairing."""

from tests.mutation import (
    mutants_edge, mutants_group, mutants_loads, mutants_pairing, mutants_pilot, mutants_rules)

MUTANTS = {}
for _module in (mutants_rules, mutants_group, mutants_edge, mutants_pilot, mutants_loads,
                mutants_pairing):
    assert not set(MUTANTS) & set(_module.MUTANTS.all)
    MUTANTS.update(_module.MUTANTS.all)
