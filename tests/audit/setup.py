# SPDX-License-Identifier: MIT
"""The only file that knows how a group is set up, asked and changed: its settings, its calls.

Everything else of the audit sees pins, frames and the flash. `group`: an owner.Group.
"""

import host_tools  # noqa: F401  puts firmware/ on the import path
from app.unit import Unit
from core import reason_words, reasons
from core.frames import Row
from core.limits import rating_ma, wired_mask

COPIES = 1  # of the two in the flash: how many a write renews before it says that it is done
_WORDS = (reasons.REMOVED, reasons.SETTINGS_NEWER, reasons.STORE_FAILED, reasons.NO_SETTINGS,
          reasons.WELDED)


def make(board, hal):
    """A unit, as after each start."""
    return Unit(dict(board.settings), dict(board.facts), hal)


def tick(unit, now_ms):
    """What the sharing task does each time it wakes; now_ms: read before."""
    unit.tick_once(now_ms)


# --- setting up

def basics(board, breaker_a, phases):
    """What an owner chooses for a board of its own, whatever it will be."""
    board.settings.update({"region": "iec", "breaker_a": breaker_a, "phases": phases})


def alone(board, number, limit_a):
    """A circuit of its own."""
    board.settings.update({"unit_id": number, "role": "alone", "limit_a": limit_a,
                           "enabled": True, "group_id": 0, "group_key": "", "members": ""})


def group(group, boards):
    """All of a new group, by cable, the leader first; none of them runs."""
    for board in boards:
        member(group, board, boards)


def member(group, board, boards, limit_a=None):
    """One board of it."""
    role = "leader" if board is boards[0] else "follower"
    board.settings.update({
        "unit_id": group.numbers[board], "role": role, "limit_a": limit_a or group.limit_a,
        "fallback": group.fallback, "enabled": group.enabled, "group_id": group.number,
        "group_key": group.key.hex(), "members": _line(group, boards)})


def newcomer(group, board):
    """One more: it gets the key only, and hears the rest."""
    board.settings.update({
        "unit_id": group.numbers[board], "role": "follower", "limit_a": 0, "enabled": False,
        "group_id": group.number, "group_key": group.key.hex(), "members": ""})


def reset(board):
    """Factory reset: group and settings are forgotten."""
    board.flash.remove("group")
    kept = {key: board.settings[key] for key in ("region", "breaker_a", "phases")}
    board.settings.clear()
    board.settings.update(kept)


def _line(group, boards):
    return " ".join("%d:%d:%d:%s" % (
        group.numbers[board], _rating_ma(board) // 1000, board.facts["nameplate_a"],
        board.settings["phases"]) for board in boards)


def _rating_ma(board):
    return rating_ma(board.settings["breaker_a"], "iec", board.facts["nameplate_a"] * 1000)


def _row(group, board):
    return Row(group.numbers[board], 0, wired_mask(board.settings["phases"]), _rating_ma(board),
               board.facts["nameplate_a"] * 1000)


# --- asking

def leads(board) -> bool:
    return board.unit is not None and board.unit.member.leader is not None


def in_force(board):
    """What the leader of the circuit's group calls in force, an object; None if it leads none."""
    if not leads(board) or board.circuit.key is None \
            or board.settings.get("group_key") != board.circuit.key.hex():
        return None
    return board.unit.member.leader.revisions.in_force


def limit_ma(said) -> int:
    return said.limit_ma


def why(board) -> str:
    """The reason that the unit gives for its current."""
    return reason_words.words(board.unit.connector.reason)


def needs_word(board) -> bool:
    """Does it say that it waits for its owner?"""
    return board.unit.connector.reason in _WORDS


def waits_for(board) -> list:
    """Numbers of the units that a change waits for."""
    return board.unit.member.leader.revisions.waiting_for()


# --- changing: None, or why not

def _now(board):
    return board.clock.now_ms()


def change(board, **changes):
    """On the leader: limit_ma, enabled, fallback."""
    return board.unit.member.revise(_now(board), **changes)


def members(board, group, boards):
    """On the leader: who belongs to the group."""
    return change(board, members=[_row(group, other) for other in boards])


def hand_over(board, group, to):
    return board.unit.member.hand_over(group.numbers[to], _now(board))


def promote(board, group):
    return board.unit.member.promote(_now(board), True)


def no_power(board, group, other):
    return gone(board, group.numbers[other])


def gone(board, number):
    return board.unit.member.leader.without_power(number)


# --- an attacker without any secret

def rogue(board, target):
    """Make `board` the attacker's: all that it can know of a unit that has no key is used.

    False if such a board cannot be made.
    """
    rows = sorted([[250, 0, 7, 80000, 80000],
                   [target.settings["unit_id"], 79000, 7, 80000, 80000]])
    revision = [900, 250, True, "equal", 159000, rows]
    import json
    board.flash.write("group", json.dumps({
        "group": {"revision": revision, "confirmed": revision, "in_force": True,
                  "fallback_ma": 0, "enabled": True, "leader": 250, "epoch": 70000},
        "lead": {"in_force": revision, "pending": None}, "epoch": 70000}).encode())
    board.settings.update({"region": "iec", "breaker_a": 63, "phases": "L1"})
    board.facts["nameplate_a"] = 80
    alone(board, 250, 6)
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
    """It has the group's key and a line that names it; those of the others do not."""
    number = max(group.numbers.values()) + 1
    group.numbers[board] = number
    member(group, board, group.boards + [board])
    board.settings["role"] = "follower"
    del group.numbers[board]


def clone(source, board):
    """Settings and flash of one board, on another one."""
    board.settings = dict(source.settings)
    board.flash.restore(source.flash.image())


def same(group, source, board):
    """Set up with a number that is taken."""
    board.settings = dict(source.settings)


def replaced(group, old, board, leader):
    """`board` takes the place of `old`: set up as that one was. None, or why not."""
    board.settings = dict(old.settings)


def rewired(group, board, phases, rng):
    """Other phases: set up anew, this board alone or all of them."""
    if rng.random() < 0.5:
        reset(board)
    board.settings["phases"] = phases
    for other in group.boards if rng.random() < 0.5 else [board]:
        role = other.settings.get("role")
        member(group, other, group.boards)
        other.settings["role"] = role or other.settings["role"]


def again(group, board, leader):
    """After a reset, for the same group: the key, and the rest by radio."""
    newcomer(group, board)
