# SPDX-License-Identifier: MIT
"""What no answer changes: the unit's own settings as far as a page shows them, and names."""

from app.on_demand.web_json import filled

_FACTS = '"region":%s,"phases":%s,"breaker_a":%s,"rating_ma":%s,'


def facts(web) -> tuple:
    """(a piece of JSON, volts between the wires of a phase). Kept until an owner changes
    something, for the settings are in the flash."""
    if web.facts is None:
        given = web.settings()
        follower = getattr(web.place.device.unit.member, "follower", None)
        web.facts = (filled(_FACTS, given.get("region"), given.get("phases"),
                            given.get("breaker_a"),
                            None if follower is None else follower.group.config.rating_ma),
                     240 if given.get("region") == "us" else 230)
    return web.facts


def name_of(web, serial) -> str:
    """What its owner calls a unit. serial: text, None for this one."""
    return ""
