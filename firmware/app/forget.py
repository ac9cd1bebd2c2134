# SPDX-License-Identifier: MIT
"""Gives back the memory of what is needed only for a moment.

Files that build the unit, check settings, change the group or talk to people are imported inside
the functions that use them; here they are let go again. Python would keep them for ever. No file
of the firmware has objects of its own at its top, so any can be let go: what is still in use is
held by whoever uses it.
"""

import sys

# Where everything begins. Another copy of those would be a second unit.
KEPT = ("device.build", "device.device", "device.supervisor", "app.unit", "device.module_folders")


def forget():
    """Let go of what is loaded but of KEPT; it is loaded anew when it is used again."""
    for name in list(sys.modules):
        package, _, leaf = name.partition(".")
        if leaf and package in ("app", "core", "device", "hal") and name not in KEPT:
            del sys.modules[name]
            if hasattr(sys.modules[package], leaf):  # not after a load that failed
                delattr(sys.modules[package], leaf)
