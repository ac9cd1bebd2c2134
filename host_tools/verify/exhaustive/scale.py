# SPDX-License-Identifier: MIT
"""The small world's measures: a step, scaled times, three units, and the names of a moment.

Between two steps every state is told as if it were the same moment: the time is NOW_MS, the
leadership has EPOCH and has just sent frame SEQUENCE, every unit's boot has nonce `nonce(unit)`
and has just sent report NUMBER. So two states that differ in their age alone are the same one.
"""

import host_tools  # noqa: F401  (sets the import path)
from core.sharing.follower import UnitConfig
from core.group.on_demand.proposal import make
from core.on_demand.serial import tag_of
from core.timing import Timing
from host_tools.records import member_record, row, serial_of

STEP_MS = 1000
# A lease of three steps, a reaction of one, five at rest: the proportions of the real times, and
# just long enough for the inequalities. Everybody speaks once in each step. Clocks run alike.
TIMING = Timing(lease_ms=3000, reaction_ms=1000, hang_ms=1000, grow_ms=5000, loop_ms=0,
                silent_ms=2000, period_ms=1000, gap_ms=1000, greet_ms=2000, drift_permille=0)
STOP_MS = 2000  # a contactor opens so long after its offer has ended

KEY = b"the key of a small world, 32 byt"
LEADER, FOLLOWERS = 1, (2, 3)
UNITS = (LEADER,) + FOLLOWERS
RATING_MA = 32000
LIMIT_MA = 24000  # fallbacks of 8 A: above the smallest amount and below the largest
LITTLE_MA, ALL_MA = 6000, RATING_MA  # what a vehicle may want

NOW_MS = 1000000
NEVER_MS = 1 << 62
EPOCH, SEQUENCE, NUMBER = 10, 1000, 1000

REVISION = make(1, LEADER, True, "equal", LIMIT_MA,
                [row(unit, 1, RATING_MA) for unit in UNITS])
FALLBACK_MA = REVISION.members[0].fallback_ma


def nonce(unit: int) -> int:
    """Boot nonce of a unit between two steps."""
    return unit * 1000 + 500


def tag(unit: int) -> bytes:
    """Of a unit's serial, as it goes with its frames."""
    return tag_of(serial_of(unit))


def config(unit: int) -> UnitConfig:
    """A unit on L1."""
    return UnitConfig(serial_of(unit), RATING_MA, 1, True, 0, RATING_MA, LITTLE_MA)


def record(unit: int) -> dict:
    """What storage holds of the group; the leader's with its present epoch."""
    held = member_record(KEY, serial_of(unit), REVISION)
    held["group"]["leader_tag"] = tag(LEADER).hex()
    if unit == LEADER:
        held["epoch"] = held["group"]["epoch"] = EPOCH
    return held
