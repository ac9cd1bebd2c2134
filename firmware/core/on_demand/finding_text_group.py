# SPDX-License-Identifier: MIT
"""The group and its changes: the English of finding_words.py, which says how it is read.

Each entry begins at the start of a line, with its code; the lines below belong to it.
"""

TEXT = """
waits a change waits since <1t>: <0c>. Asked <2y>. It waits for <3u>|go to <3u>: it takes part as
 soon as it is heard here. Or go_on_without(N) here: the change is made, with what N may use kept
 for it. Or, if N leaves and has no power: remove(N, True)
unsure units hold group settings that differ: limits of <0l>; proposed to all are <1a>|wait
 until all units are heard; limit(A) here chooses another limit. For one that does not come:
 go_on_without(N)
two_leaders two units led this group, and this one has stopped leading|is one of them a copy or
 an old backup? Take its power away. Then lead_again() here, or on the other one
output_above unit <0> may take <1a>, more than the <2a> of the circuit|at the prompt of unit <0>,
 stopped: is breaker() what its breaker says? If it is, sharing keeps it within the limit
pairing_closed pairing is closed for another <0t> after wrong label codes|was it you? The code is
 on the label of the unit that joins. If not, somebody is trying codes
outside this unit is not served: <1r>|<1o>
outside_17 sharing is off: enable(True) on the leader, unit <0>
outside_27 it was removed: pair it on its leader again, if it is to stay
outside_48 go to unit <0>: is the leader on, and within reach?
outside_49 on the leader, unit <0>: pair() takes it in
outside_50 go to unit <0>: the leader takes the new wiring when it hears this unit
outside_51 wait until all units are heard, or see troubles() there
"""
