# SPDX-License-Identifier: MIT
"""What an owner says of the group at the serial prompt, while the unit runs, and what it shows.

Each answer is one sentence. What is asked becomes a change that is stored and goes round like any
other; nobody stops charging for it except who must.
"""

import asyncio

from core.serial import serial_text


async def prepare():
    """Load what these calls need file by file: while one is loaded the pilot's timer waits, and
    the sharing task does. (Not in a loop: a build gives files other names.)"""
    from core.group.on_demand import record  # noqa: F401
    await asyncio.sleep_ms(0)
    from core.group.on_demand import limits  # noqa: F401
    await asyncio.sleep_ms(0)
    from core.group.on_demand import proposal  # noqa: F401
    await asyncio.sleep_ms(0)
    from core.sharing.on_demand import rare_bodies  # noqa: F401
    await asyncio.sleep_ms(0)
    from core.sharing.on_demand import unsure  # noqa: F401
    await asyncio.sleep_ms(0)
    from core.sharing.on_demand import owner_words  # noqa: F401
    await asyncio.sleep_ms(0)
    from core.group.on_demand import change  # noqa: F401
    await asyncio.sleep_ms(0)
    from core.sharing.on_demand import keeping  # noqa: F401
    await asyncio.sleep_ms(0)


def tell(device, name: str, *given):
    """Do one of the functions below on the unit that runs, and print what came of it."""
    member = device.unit.member
    now_ms = device.hardware.clock.now_ms()
    if device.unit.errors or not device.running:
        print("Refused: this unit runs no group now.")
        return
    device.unit.goes_on()  # the sharing task waits for it
    error = dict(_CALLS)[name](member, now_ms, *given)
    print("Refused: %s." % error if error else "Done: see status().")


def _is_unit(unit):
    return None if type(unit) is int else "a unit is named by its number, as status() shows it"


def _go_on_without(member, now_ms, unit):
    return _is_unit(unit) or member.go_on_without(unit, now_ms)


def _remove(member, now_ms, unit, has_no_power=False):
    error = _is_unit(unit)
    if error:
        return error
    leader = member.leader
    if leader is None:
        return member.revise(now_ms)  # says who leads
    rows = leader.revisions.newest().members
    left = [row for row in rows if row.unit != unit]
    if unit == leader.unit:
        return "this unit leads: hand_over() first"
    if len(left) < len(rows):
        error = member.revise(now_ms, members=left)
    elif has_no_power is not True:
        return "unit %d is not in the group (any more)" % unit
    if error is None and has_no_power is True:
        error = member.without_power(unit, now_ms)
    return error


def _hand_over(member, now_ms, unit):
    return _is_unit(unit) or member.hand_over(unit, now_ms)


def _promote(member, now_ms, old_leader_has_no_power=False):
    return member.promote(now_ms, old_leader_has_no_power)


def _lead_again(member, now_ms):
    return member.lead_again(now_ms)


_CALLS = (("go_on_without", _go_on_without), ("remove", _remove), ("hand_over", _hand_over),
          ("promote", _promote), ("lead_again", _lead_again))


def show(member, now_ms):
    """What is not as it should be in the group, and what the owner can do."""
    leader = member.leader
    if leader is None:
        if getattr(member, "lead", None) is not None:
            print("Two units led this group: this one has stopped. On one of them: lead_again().")
        return
    if leader.unsure():
        print("Group settings differ between units: what is newest is proposed to all.")
    waiting = leader.waiting_units()
    if waiting:
        print("A change waits for units %s: go_on_without(N), or remove(N, True) if N has no "
              "power and gets none before it hears the group again."
              % ", ".join([str(unit) for unit in waiting]))
    for tag in sorted(leader.strangers or {}):
        heard_ms, serial, _ = leader.strangers[tag]
        if now_ms - heard_ms < 60000:
            print("Not in the group, but has its key: %s. It gets nothing."
                  % (serial_text(serial) if serial else "a unit with the tag " + tag.hex()))
