# SPDX-License-Identifier: MIT
"""What an owner asks of a World, as POST /api/<name> has it: each gives values, or Refused."""

from tests.page.world import Refused, UNITS_MAX

_BREAKERS = {"us": (15, 20, 30, 40, 50, 60), "iec": (10, 13, 16, 20, 25, 32, 40, 50, 63)}


def bounds(world):
    """[least, greatest] limit, A."""
    boards = world.members or [world.me]
    if len(boards) == 1:
        return 6, boards[0].rating_ma // 1000
    return 6 * len(boards), sum(board.rating_ma for board in boards) // 1000 - 1


def _leads(world):
    if world.role not in ("leader", "alone"):
        raise Refused("role", "That is set on the leader, unit 1, Garage left.", [1])


def limit(world, amps):
    _leads(world)
    low, high = bounds(world)
    if not low <= amps <= high:
        raise Refused("limit_low" if amps < low else "limit_high",
                      "%d A is %s. It must be %d to %d A." % (
                          amps, "too low" if amps < low else "too high", low, high),
                      [amps, low if amps < low else high, len(world.members)], "amps")

    def done():
        world.limit_ma = amps * 1000
        for board in world.members:
            if board.missing_at is not None and board.held_ma:
                board.held_ma = max(board.held_ma, world.share_ma())
    world.next_ma = amps * 1000
    world.propose(["limit", amps * 1000], "New limit of %d A." % amps, done)


def fallback(world, mode):
    _leads(world)
    world.propose(["fallback"], "Another fallback.", lambda: setattr(world, "fallback", mode))


def enable(world, on):
    _leads(world)
    world.propose(["enable" if on else "disable"], "Switch sharing %s." % ("on" if on else "off"),
                  lambda: setattr(world, "enabled", on))


def set(world, changes, unit=None):  # noqa: A001  its name in the API
    board = world.me if unit is None else world.board(unit)
    region = changes.get("region", world.region)
    if changes.get("breaker_a", board.breaker_a) not in _BREAKERS[region]:
        raise Refused("breaker", "A breaker of %s A does not exist here." % changes["breaker_a"],
                      [changes["breaker_a"]], "breaker_a")
    world.region = region
    for key in ("breaker_a", "phases", "priority", "min_a"):
        if key in changes:
            setattr(board, key, changes[key])
    if world.role == "blank" and board.breaker_a and board.phases:
        world.role, board.n, world.members = "alone", 1, [board]


def rename(world, unit, name):
    if len(name.encode()) > 24:
        raise Refused("name_long", "That name is too long: at most 24 characters.", [24], "name")
    world.board(unit).name = name


def pair(world, serial=None, code=None):
    if world.role == "follower":
        _leads(world)
    if world.closed_ms():
        raise Refused("pairing_closed", "Pairing is closed for 1 min.", [world.closed_ms()])
    if serial is None and code is None:
        if world.role in ("alone", "leader"):
            if world.role == "alone":
                world.limit_ma = world.me.rating_ma
            world.role, world.opened_at = "leader", world.now()
        return
    if world.pairing_left_ms() is None:
        raise Refused("pairing_not_open", "Pairing is not open.")
    if len(world.members) >= UNITS_MAX:
        raise Refused("group_full", "The group is full: at most 6 units.", [UNITS_MAX])
    fitting = [board for board in world.new if board.code == code
               and serial in (None, board.serial)]
    if not fitting:
        world.wrong += 1
        if world.wrong == 6:
            world.closed_at, world.opened_at = world.now(), None
            raise Refused("pairing_closed", "Pairing is closed for 1 min.", [60_000], "code")
        raise Refused("code_wrong", "That is not the code of %s. %d tries left." % (
            serial and serial[-6:], 6 - world.wrong), [serial, 6 - world.wrong], "code")
    world.wrong = 0
    world.joining[fitting[0].serial] = world.now()


def close_pairing(world):
    world.opened_at = None


def identify(world, unit=None, serial=None, seconds=10):
    if unit is not None:
        world.board(unit)


def remove(world, unit, has_no_power=False):
    _leads(world)
    board = world.board(unit)
    if board is world.me:
        raise Refused("members", "This unit leads: hand over first.")
    if board.missing_at is not None and not has_no_power:
        raise Refused("promise", "First say that %s has no power." % board.name, [unit],
                      "has_no_power")

    def done():
        world.members.remove(board)
    if world.change and unit in world.change["waits"]:
        world.without(unit)
    world.propose(["remove", unit], "%s leaves." % board.name, done, waits=[])


def replace(world, unit, code, serial=None, has_no_power=False):
    board = world.board(unit)
    if board.missing_at is not None and not has_no_power:
        raise Refused("promise", "First say that %s has no power." % board.name, [unit],
                      "has_no_power")
    fitting = [new for new in world.new if new.code == code and serial in (None, new.serial)]
    if not fitting:
        raise Refused("code_wrong", "That is not its code. 5 tries left.", [serial, 5], "code")
    new = fitting[0]
    new.n, new.name, new.breaker_a, new.phases = unit, board.name, board.breaker_a, board.phases
    world.new.remove(new)
    world.members[world.members.index(board)] = new


def go_on_without(world, unit):
    world.without(unit)


def take_back(world):
    world.change, world.next_ma = None, None


def hand_over(world, unit):
    world.board(unit)
    world.role, world.leader_heard_at = "follower", world.now()


def promote(world, old_leader_has_no_power=False):
    silent = world.now() - world.leader_heard_at
    if silent < 31_000:
        raise Refused("promote_early", "Leader heard %d s ago. Possible after 31 s of silence."
                      % (silent // 1000), [silent, 31_000])
    if not old_leader_has_no_power:
        raise Refused("promise", "First say that Garage left has no power.", [1],
                      "old_leader_has_no_power")
    world.role, world.leader_heard_at = "leader", None


def lead_again(world):
    world.role = "leader"


def self_test(world):
    missing = world.missing()
    if missing:
        raise Refused("test_missing", "Unit %s is missing. The test wants to hear every unit."
                      % missing, [missing])
    world.tested_at = world.now()


def clear_fault(world):
    world.me.why = None


def cap(world, unit, amps):
    board = world.board(unit)
    if amps and not 6 <= amps <= board.rating_ma // 1000:
        raise Refused("cap", "The maximum may be 6 to %d A." % (board.rating_ma // 1000), [],
                      "amps")
    board.cap_a = amps


def factory_reset(world, sure):
    if world.role == "leader" and len(world.members) > 1:
        raise Refused("members", "This group has other units. Hand over, or remove them first.")
    world.role, world.me.breaker_a, world.me.phases = "blank", None, None
    world.members = [world.me]


OPEN = ()  # all want a login
ALL = {function.__name__: function for function in (
    limit, fallback, enable, set, rename, pair, close_pairing, identify, remove, replace,
    go_on_without, take_back, hand_over, promote, lead_again, self_test, clear_fault, cap,
    factory_reset)}
