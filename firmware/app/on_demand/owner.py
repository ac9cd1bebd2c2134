# SPDX-License-Identifier: MIT
"""Everything that an owner can do, each once: which file has it, and who may. The serial prompt is
a skin over this: what asks and prints has no rule, no bound and no refusal of its own. So are
page, API and MQTT.

Each is given the place where a unit is, device.supervisor.Supervisor: its device may be None. Each
gives None when it is done, a refusal, which is a tuple that refusals.py puts in words, or, where
something is asked for, plain values that are no tuple. Nothing is half done, also where NotLoaded
is raised. What a unit cannot do while it runs, or while it stands, is refused with the way to it.
What is asked of a group that runs becomes a change that is stored and goes round like any other:
nobody stops charging for it except who must.

Each file is loaded for its call alone, with what the call wants (needs.py): a board has no room
for more.
"""

from core.load import load
from micropython import const

ANYBODY = const(0)  # who may do it: whoever sees the unit
LOGGED_IN = const(1)
AT_THE_CABLE = const(2)

# The file, what it has, who may. One text: so many names would each be kept for ever. But the
# build gives another name to what stands nowhere by itself: here is what no other file names.
_NAMED = ("close_pairing",)
_ROWS = """
app.owner_told members troubles waiting events tested 0
app.owner_group limit enable fallback 1
app.owner_change remove go_on_without take_back hand_over promote lead_again 1
app.owner_units rename identify cap wish soft_limit 1
app.owner_pairing pair replace close_pairing 1
app.owner_unit set self_test clear_fault factory_reset 1
app.owner_pairing pairing 2
app.owner_unit change leads_others 2
"""


def find(name: str) -> tuple:
    """(who may do what is called so, the file that has it, as load() is given it)."""
    at = _ROWS.index(" %s " % name)
    begin, end = _ROWS.rindex("\n", 0, at) + 1, _ROWS.index("\n", at)
    return int(_ROWS[end - 1:end]), _ROWS[begin:_ROWS.index(" ", begin)].split(".")


def function(name: str):
    """What an owner can do under this name."""
    return getattr(load(*find(name)[1]), name)
