# SPDX-License-Identifier: MIT
"""Gives back the memory of what is needed only for a moment.

Files that build the unit, check settings, change the group or talk to people are imported inside
the functions that use them; here they are let go again. Python would keep them for ever.
"""

import sys

SELDOM = ("app.air", "app.answer", "app.console", "app.health", "app.identity", "app.look",
          "app.once", "app.setup", "app.watch", "core.limits", "core.proposal",
          "core.reason_words", "core.record_check", "core.roster", "core.settings",
          "core.stranded", "core.timing_check", "hal.facts", "hal.fit", "hal.memory")


def forget():
    """Let go of what is loaded of those files; it is loaded anew when it is used again."""
    for name in SELDOM:
        if name in sys.modules:
            package, leaf = name.split(".")
            del sys.modules[name]
            delattr(sys.modules[package], leaf)
