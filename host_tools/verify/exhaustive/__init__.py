# SPDX-License-Identifier: MIT
"""An exhaustive search of a small world: a leader, two followers, every order of faults.

The members, ledgers and leases are the firmware's own, the frames real bytes; times are scaled to
a lease of 3 steps, a reaction of 1 and 5 steps at rest, without drift, and everybody speaks once
a step. Each vehicle draws all that it may. In every step each frame arrives, is lost, comes a step
late or twice, one unit or all may reboot, a vehicle may change its mind (6 A or all it can get).
The circuit rule is judged from outside, twice in each step, by what the vehicles may draw.

    python -m host_tools exhaustive            ten minutes of one core

has found 19,517,400 states by 717,542,720 steps and no violation: all 828,966 that losses alone
lead to (19 steps deep, then there are no others), and all 18,688,434 others that one more fault
leads to, anywhere, with losses before and after it (14 steps after it, then no others). A lease
had ended in 15.0 million of them, a unit was at its fallback in 11.6 million, the circuit was full
in 3.8 million. It took 1.6 GB; 431,215 steps of one unit were worked out with the real objects,
the rest was put together from them. Without merging mirror images losses alone lead to 1,166,660.

scale: measures and names · outlet, unit: one unit · canonical, maker: its state as a tuple, and
back · air: frames · world: what each part does in a step · ages: old counters · levels: successors
by the million · search: the order · facts, report, story, cli: what is told

What it leaves out: hangs, stalls and clocks that drift; storage that fails; changes of the group;
three phases; frames that are late by more than a step, except as good as lost.
"""
