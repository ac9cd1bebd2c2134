# SPDX-License-Identifier: MIT
"""What has happened: the English of finding_words.py, which says how it is read.

Each entry begins at the start of a line, with its code; the lines below belong to it.
"""

TEXT = """
event_boot started
event_boot_1 started: power came back
event_missing unit <0> was not heard any more
event_back unit <0> is heard again
event_asked a change of the group was asked for: settings <1>
event_in_force settings <1> of the group are in force
event_joined unit <0> joined
event_removed unit <0> left the group
event_leader_lost the leader, unit <0>, was not heard any more
event_leader_found the leader, unit <0>, is heard again
event_fault stopped: <1r>
event_fault_over over: <1r>
event_follows this unit follows another leader
event_leads this unit leads
event_stopped this unit stopped leading beside another leader
event_left this unit was removed, and has forgotten the group
event_channel the radio went to channel <1>
event_pairing_closed pairing was closed after wrong label codes
event_renamed unit <0> got another name
event_tested self-test: <1> findings
"""
