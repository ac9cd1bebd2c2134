# SPDX-License-Identifier: MIT
"""The owner pairs a unit by radio, as somebody does at the leader's page: he opens pairing, waits
until the unit is listed, types the code of its label, and looks on until it has joined. Wishes
like those of wishes.py.
"""

from host_tools.simulate.wishes import GONE, WAIT

_AGAIN = 5  # looks, a second apart, until somebody types a code once more


class _Refused(Exception):
    """Pairing cannot be opened now; its text says why."""


def _state(owner, unit):
    """What the leader's list says of a unit: "here", "trying", ...; None: it is not listed."""
    found = owner.on_leader("pair")
    if found is WAIT:
        return None
    if isinstance(found, str):
        raise _Refused(found)
    serial = owner.serial(unit)
    return next((one.state for one in found if one.serial.hex().upper() == serial), None)


def pair(unit: int, place_of: "int | None" = None, no_power: bool = False):
    """A unit comes into the group; place_of: the unit whose place it takes; no_power: with the
    owner's word for that one, if it is true when he is asked for it."""
    looks = [0]

    def ask(owner):
        if unit == owner.leader.id:
            return GONE  # it leads, whatever the owner thought would
        if not owner.leader.running:
            return WAIT
        if owner.is_named(unit) and owner.has_key(unit):
            return None
        try:
            state = _state(owner, unit)
        except _Refused as refused:
            return str(refused)
        has_key = owner.has_key(unit)
        if state == "trying" or not (state or has_key):
            return WAIT
        looks[0] += 1
        if looks[0] % _AGAIN != 1:
            return WAIT
        error = None
        if place_of is not None and owner.is_named(place_of):
            error = owner.on_leader("replace", owner.number(place_of),
                                    no_power and owner.is_safe(place_of))
        codes = () if has_key else (owner.code(unit),)
        return error or owner.on_leader("pair", owner.serial(unit), *codes) or WAIT
    return ask


def pair_wrongly(unit: int, label: "int | None"):
    """Somebody types for a unit the code of another one's label; None: of no unit's."""
    def ask(owner):
        if not owner.leader.running or unit == owner.leader.id:
            return WAIT
        try:
            state = _state(owner, unit)
        except _Refused:
            return GONE
        if state in (None, "trying"):
            return WAIT
        owner.on_leader("pair", owner.serial(unit), owner.code(label))
        return GONE
    return ask
