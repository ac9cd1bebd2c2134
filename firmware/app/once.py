# SPDX-License-Identifier: MIT
"""What made a unit is let go of once the unit is there: some 3 KB, which the radio's side needs.

A unit has one object of each of these classes, and its class need not be able to make another one:
for another run() the board starts again. Needed only for a moment itself: see forget.py.
"""

from app.device import Device
from app.live import LivePrompt
from app.unit import Unit
from core.connector import Connector
from core.demand import DemandEstimator
from core.follower import Follower
from core.frames import Codec
from core.group import Group
from core.habits import Habits
from core.lease import Lease
from core.member import Member
from core.pilot_state import PilotState
from core.protection import Protection
from core.timing import Timing
from hal.board import Hardware
from hal.last_run import LastRun
from hal.store import Store

_MADE_ONCE = (Codec, Connector, DemandEstimator, Device, Follower, Group, Habits, Hardware,
              LastRun, Lease, LivePrompt, Member, PilotState, Protection, Store, Timing, Unit)


def forget_making():
    """Call it when the unit is built, and before it runs."""
    for kind in _MADE_ONCE:
        del kind.__init__
