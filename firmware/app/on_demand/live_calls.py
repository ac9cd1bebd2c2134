# SPDX-License-Identifier: MIT
"""Calls at the serial line that a unit answers while it runs, as well as when it stands.

Nothing of it writes to the flash beside a closed contactor, which would delay the pilot path: what
changes the group is stored by the sharing task.
"""

from app.on_demand.owner import function
from core.load import load

# What owner.py does and nothing is to be said of but whether it is done.
_TOLD = ("limit", "enable", "fallback", "rename", "go_on_without", "remove", "hand_over",
         "promote", "lead_again", "identify", "self_test", "replace", "take_back", "cap", "wish",
         "soft_limit")
_READ = ("members", "troubles", "events", "tested", "pair")
_SHOWN = ("help_me", "status", "clear_fault", "bench_vehicle", "watch", "amppool_health",
          "setting")
LIVE = _SHOWN + _READ + _TOLD
# What puts a refusal in words, each after those that it imports itself.
WORDS = ("core", "phrases"), ("core", "refusal_words"), ("core", "serial"), (
    "core", "sharing", "names"), ("app", "refusals")


def call(place, name: str, given):
    """Make one of these calls. None, or the refusal that is to be printed."""
    if name in _TOLD:
        refusal = function(name)(place, *given)
        if refusal is None:
            print(_done(name))
        return refusal
    if name in _READ:
        if place.device is None or place.device.unit is None:
            print("Nothing runs: start with run().")
        else:
            shown = load("app", "pairing_shown") if name == "pair" else load("app", "group_shown")
            return getattr(shown, name)(place, *given)
        return None
    return getattr(load("app", "live_shown"), name)(place, *given)


def _done(name):
    if name == "identify":
        return "It blinks, if it is heard."
    if name == "self_test":
        return ("It takes a minute; for some seconds of it all charge as without a leader.\n"
                "Then: tested().")
    if name == "replace":
        return "The unit that is paired next takes its place."
    return "Done: see members()." if name == "rename" else "Done: see status()."
