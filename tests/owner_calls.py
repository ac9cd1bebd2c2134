# SPDX-License-Identifier: MIT
"""All that an owner can do as one, as owner_calls.limit(place, 40): in the firmware owner.py says
which file has what."""

from app.on_demand import owner
from app.on_demand.owner_place import CABLE, MQTT, PAGE, PROGRAM

__all__ = ("CABLE", "MQTT", "PAGE", "PROGRAM")


def __getattr__(name):
    try:
        return owner.function(name)
    except ValueError:
        raise AttributeError(name) from None
