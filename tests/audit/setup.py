# SPDX-License-Identifier: MIT
"""The only file that knows how a group is set up, asked and changed: its settings, its calls.

Everything else of the audit sees pins, frames and the flash. `group`: an owner.Group.
"""

import json

import host_tools  # noqa: F401  puts firmware/ on the import path
from app.unit import Unit
from core import reasons
from core.connector.on_demand.wiring import rating_ma, wired_mask
from core.group.on_demand.acknowledged import waiting_for
from core.on_demand import reason_words
from core.sharing.frames import Row
from core.sharing.on_demand import revising
from core.sharing.on_demand.change_waits import waiting_units
from tests import owner_words

COPIES = 2  # of the two in the flash: how many a write renews before it says that it is done
_WORDS = (reasons.REMOVED, reasons.SETTINGS_NEWER, reasons.STORE_FAILED, reasons.NO_SETTINGS,
          reasons.WELDED, reasons.NO_GROUP, reasons.TWO_LEADERS)


def make(board, hal):
    """A unit, as after each start."""
    return Unit(dict(board.settings), dict(board.facts), hal)


def tick(unit, now_ms):
    """What the sharing task does each time it wakes; now_ms: read before."""
    unit.tick_once(now_ms)


# --- setting up

def basics(board, breaker_a, phases):
    """What an owner chooses for a board of its own; it charges only when it was set up."""
    board.settings.update({"region": "iec", "breaker_a": breaker_a, "phases": phases,
                           "role": "follower"})


def alone(board, limit_a):
    """A circuit of its own."""
    board.settings.update({"role": "alone", "limit_a": limit_a, "enabled": True})


def group(group, boards):
    """All of a new group, by cable, the leader first; none of them runs."""
    for board in boards:
        member(group, board, boards)


def member(group, board, boards, limit_a=None):
    """One board of it."""
    leads = board is boards[0]
    board.settings.update({
        "role": "leader" if leads else "follower", "limit_a": limit_a or group.limit_a,
        "fallback": group.fallback, "enabled": group.enabled})
    if leads:
        _asked(board, group, members=_line(group, boards))
    else:
        _asked(board, group, leader=group.numbers[boards[0]], leader_tag="")


def newcomer(group, board, leader):
    """One more: it gets the key, and the numbers below which it takes nothing."""
    member = leader.unit.member
    board.settings.update({"role": "follower", "limit_a": 0, "enabled": False})
    _asked(board, group, leader=member.leader.unit, leader_tag="", epoch=member.leader.epoch,
           sequence=member.leader.sequence, floor=member.leader.revisions.in_force.number)


def _asked(board, group, **asked):
    asked["key"] = group.key.hex()
    board.flash.put("join", json.dumps(asked).encode())


def reset(board):
    """Factory reset: group and settings are forgotten."""
    board.flash.forget("group")
    board.flash.forget("join")
    kept = {key: board.settings[key] for key in ("region", "breaker_a", "phases")}
    board.settings = dict(kept, role="follower")


def _line(group, boards):
    return " ".join("%d:%s:%d:%d:%s" % (
        group.numbers[board], board.serial.hex().upper(), _rating_ma(board) // 1000,
        board.facts["nameplate_a"], board.settings["phases"]) for board in boards)


def _rating_ma(board):
    return rating_ma(board.settings["breaker_a"], "iec", board.facts["nameplate_a"] * 1000)


def _row(group, board):
    return Row(group.numbers[board], board.serial, 0, wired_mask(board.settings["phases"]),
               _rating_ma(board), board.facts["nameplate_a"] * 1000, 6000)


# --- asking

def leads(board) -> bool:
    return board.unit is not None and board.unit.member.leader is not None


def in_force(board):
    """What the leader of the circuit's group calls in force, an object; None if it leads none."""
    if not leads(board) or board.circuit.key is None \
            or board.unit.member.key != board.circuit.key:
        return None
    return board.unit.member.leader.revisions.in_force


def limit_ma(said) -> int:
    return said.limit_ma


def why(board) -> str:
    """The reason that the unit gives for its current."""
    return reason_words.words(board.unit.connector.reason)


def needs_word(board) -> bool:
    """Does it say that it waits for its owner?"""
    return board.unit.connector.reason in _WORDS or stopped(board)


def stopped(board) -> bool:
    """Does it wait for its owner's word to lead again?"""
    lead = getattr(board.unit.member, "lead", None) if board.unit is not None else None
    return lead is not None and lead["stopped"] > 0


def waits_for(board) -> list:
    """Numbers of the units that a change waits for."""
    leader = board.unit.member.leader
    tags = [other[2] for other in leader.others]
    return sorted(set(waiting_units(leader)) | {
        account.unit for account in leader.ledger.accounts if account.tag in tags})


def is_waited_for(board, other) -> bool:
    """Does the leader `board` wait for `other`?"""
    leader = board.unit.member.leader
    return other.serial in waiting_for(leader.revisions)


def waits_for_others(board, boards):
    """Numbers of the units that the leader `board` waits for and that are none of `boards`."""
    leader = board.unit.member.leader
    serials = [other.serial for other in boards]
    return [account.unit for account in leader.ledger.accounts
            if account.serial in waiting_for(leader.revisions) and account.serial not in serials]


def follows(board, other) -> bool:
    """Is `other` the leader that `board` goes by?"""
    unit = board.unit.member
    group = getattr(unit, "group", None)
    if group is None or group.revision is None:
        return False
    if unit.leader is not None:
        number = unit.leader.revisions.in_force.leader
    else:
        number = group.leader
    return any(row.unit == number and row.serial == other.serial
               for row in group.revision.members)


def knows(board, other) -> bool:
    """Is `other` a member by the newest revision of the leader `board`?"""
    rows = board.unit.member.leader.revisions.newest().members
    return any(row.serial == other.serial for row in rows)


# --- changing: None, or why not

def _now(board):
    return board.clock.now_ms()


def change(board, **changes):
    """On the leader: limit_ma, enabled, fallback."""
    return revising.revise(board.unit.member, _now(board), **changes)


def members(board, group, more=(), less=()):
    """On the leader: who comes and who leaves."""
    serials = [other.serial for other in list(more) + list(less)]
    rows = [row for row in board.unit.member.leader.revisions.newest().members
            if row.serial not in serials]
    return change(board, members=rows + [_row(group, other) for other in more])


def exactly(board, group):
    """On the leader: all members of the group, and no others. None; "" if it is so already."""
    serials = {other.serial for other in group.boards}
    newest = board.unit.member.leader.revisions.newest().members
    rows = [row for row in newest if row.serial in serials]
    more = [other for other in group.boards if other.serial not in [row.serial for row in rows]]
    if len(rows) == len(newest) and not more:
        return ""
    return change(board, members=rows + [_row(group, other) for other in more])


def hand_over(board, group, to):
    return owner_words.hand_over(board.unit.member, group.numbers[to], _now(board))


def promote(board, group):
    return owner_words.promote(board.unit.member, _now(board), True)


def lead_again(board):
    return owner_words.lead_again(board.unit.member, _now(board))


def gone(board, number):
    return owner_words.without_power(board.unit.member, number, _now(board))


def go_on_without(board, number):
    return owner_words.go_on_without(board.unit.member, number, _now(board))


# --- an attacker without any secret

def rogue(board, target, rng):
    """Make `board` the attacker's: all that it can know of a unit that has no key is used.

    False if such a board cannot be made.
    """
    board.settings.update({"region": "iec", "breaker_a": 63, "phases": "L1", "role": "leader",
                           "limit_a": 159, "enabled": True})
    board.facts["nameplate_a"] = 80
    board.flash.put("join", json.dumps({"key": rng.randbytes(32).hex(), "members": (
        "250:%s:63:80:L1 1:%s:80:80:L1" % (board.serial.hex(), target.serial.hex()))}).encode())
    return True


# --- clumsy owners

def typed(board, key, value):
    """A setting of the group is typed on a follower."""
    board.settings[key] = value


def differs(group, board, rng):
    """One board was given another limit than the others."""
    if board is not group.boards[0]:
        board.settings["limit_a"] = min(group.limit_a + rng.randint(5, 30),
                                        sum(b.facts["nameplate_a"] for b in group.boards) - 1)


def stranger(group, board, rng):
    """It has the group's key, but no revision names it."""
    board.settings.update({"role": "follower", "limit_a": group.limit_a, "enabled": True})
    _asked(board, group, leader=group.numbers[group.boards[0]], leader_tag="")


def clone(source, board):
    """Settings and flash of one board, on another one."""
    board.settings = dict(source.settings)
    board.flash.restore(source.flash.image())


def same(group, source, board):
    """Set up as a board that is in the group already: for a leader, that is another leader."""
    group.numbers[board] = group.numbers[source]
    member(group, board, [board if other is source else other for other in group.boards])
    del group.numbers[board]


def replaced(group, old, board, leader):
    """`board` takes the place of `old`; its number is in `group`. None, or why not."""
    error = members(leader, group, [board], [old])
    if error is None:
        newcomer(group, board, leader)
    return error


def rewired(board, phases):
    """Other phases are set; the rest is its leader's."""
    board.settings["phases"] = phases
