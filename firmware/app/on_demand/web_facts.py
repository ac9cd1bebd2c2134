# SPDX-License-Identifier: MIT
"""What no answer changes: the unit's version, and its own settings as far as a page shows them;
and names."""

from app.on_demand.web_json import filled
from core.load import drop, load
from core.sharing.on_demand import names
from micropython import const

_SAID_MAX = const(12)

_FACTS = '"version":%s,"region":%s,"phases":%s,"breaker_a":%s,"rating_ma":%s,'


def facts(web) -> tuple:
    """(a piece of JSON, volts between the wires of a phase, version). Kept until an owner changes
    something, for all of it is in the flash."""
    if web.facts is None:
        given, version = web.settings(), web.identity()[2]
        follower = getattr(web.place.device.unit.member, "follower", None)
        web.facts = (filled(_FACTS, version, given.get("region"), given.get("phases"),
                            given.get("breaker_a"),
                            None if follower is None else follower.group.config.rating_ma),
                     240 if given.get("region") == "us" else 230, version)
    return web.facts


def name_of(unit, number) -> str:
    """What its owner calls a unit, "" if nothing. unit: an app.unit.Unit."""
    if unit.errors or not number:
        return ""
    return names.name_of(unit.member, number)


def spoken(unit, sentence) -> str:
    """A sentence with the names of the units in it."""
    return sentence if unit.errors else names.spoken(unit.member, sentence)


def reason_text(web, reason) -> str:
    """The plain reason of a UnitRow, which is None for a unit that is not heard. Those that are
    said now are kept: the table of all is large."""
    if reason is None:
        return "not heard"
    text = web.said.get(reason)
    if text is None:
        text = load("core", "reason_words").words(reason)
        drop("core", "reason_words")
        if len(web.said) >= _SAID_MAX:
            web.said.clear()
        web.said[reason] = text
    return text
