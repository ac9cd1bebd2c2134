# SPDX-License-Identifier: MIT
"""Names and words of the reasons, for traces and people."""

# Number, short name for traces, words for people: one text, because a table of so many pieces
# takes twice the memory.
_TEXT = """
1 lease as the leader allocated
2 fallback leader not heard: fallback current
3 rest leader not heard: waiting at the lower of last grant and fallback
4 board greatest current of this board
5 breaker breaker setting of this unit
6 cable greatest current of the cable
7 temperature reduced because the unit is hot
8 sensor temperature sensor lost: at most 16 A
9 slow_vehicle vehicle follows lower offers too late: offered less
10 meter meter shows no current: counted with its offer
16 no_vehicle no vehicle connected
17 not_enabled sharing is not enabled
18 no_settings settings missing or invalid: not charging
19 no_lease no current allocated: leader not heard
20 boot_quiet just started: waiting until the vehicle has let go
21 paused waiting: the leader allocated no current
22 stalled program was late: contactor opened
23 phase_guard vehicle woke on a phase left out: waiting for all phases
24 wait_increase rising 5 s after the last change
25 ventilation vehicle asks for ventilation: none fitted
26 power_return power is back: starting after a random delay
27 removed removed from the group: set it up anew
28 store_failed settings could not be stored
29 settings_newer a unit has newer group settings: confirm them
32 rcm residual current: stopped
33 welded contactor does not open: stopped
34 overheat too hot: stopped
35 diode no vehicle diode on the pilot: stopped
36 proximity cable not recognised: stopped
37 pilot_short pilot shorted: stopped
38 overcurrent vehicle draws more than offered: stopped
39 no_data pilot cannot be measured: stopped
40 pilot_fault pilot output does not follow: stopped
41 not_closed contactor does not close: stopped
42 locked faults come back too often: tried again after an hour
43 toggles vehicle starts and stops too often: waiting
44 waking vehicle does not start: waking it
48 waits_for_leader in a group, but not heard from its leader yet
49 stranger the leader does not know this unit: add it there
50 rewired wired to other phases than the group knows: waiting for its leader
51 unsure group settings are being agreed upon anew
52 not_granted leader heard, no current allocated yet
53 two_leaders two units lead this group: stopped leading, start it again on one
54 no_group in no group yet: set it up with its leader
55 paused_owner paused by its owner
56 paused_program paused by a program (MQTT or HTTP)
57 most_owner at its owner's maximum
58 most_program at the maximum that a program asked for
59 wants_no_more takes all that it wants
60 soft_limit shares the group's softer limit
"""


def _parts(reason):
    begin = _TEXT.find("\n%d " % reason) + 1
    return _TEXT[begin:_TEXT.find("\n", begin)].split(" ", 2) if begin else None


def name(reason: int) -> str:
    """Short name for traces; 'reason_N' for a number from a newer unit."""
    parts = _parts(reason)
    return parts[1] if parts else "reason_%d" % reason


def words(reason: int) -> str:
    """One plain sentence part for people."""
    parts = _parts(reason)
    return parts[2] if parts else "unknown reason %d" % reason
