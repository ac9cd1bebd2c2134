# SPDX-License-Identifier: MIT
"""Kinds of episodes: how each begins, what may happen in it, how long it lasts."""

from tests.audit import dealings, setup, weather
from tests.audit.judge import Circuit

_FREE_MA = 1000000


def _boards(e, least=2, most=4, circuit=None):
    return [e.new_board(circuit=circuit) for _ in range(e.rng.randint(least, most))]


def _group(e):
    """A new group, and vehicles that come in its first minute."""
    boards = _boards(e)
    _start(e, boards)


def _start(e, boards):
    e.group, e.owner = e.new_group(boards, e.circuit)
    e.owner.set_up()
    e.tell("a group of %d on %d A, %s, enabled %s" % (
        len(boards), e.group.limit_a, e.group.fallback, e.group.enabled))
    e.power_all(boards)
    for board in boards:
        if e.rng.random() < 0.9:
            e.world.at(e.world.now + e.rng.randrange(40000), e.plug, board)


def _alone(e):
    """Neighbours, each with a circuit of its own, and perhaps somebody who means ill."""
    for number in range(e.rng.randint(1, 2)):
        circuit = e.circuit if number == 0 else Circuit("the neighbour's")
        board = e.new_board(circuit=circuit)
        limit_a = e.rng.randint(6, min(16, board.facts["nameplate_a"],
                                       board.settings["breaker_a"]))
        setup.alone(board, limit_a)
        e.judge.set_up(circuit, limit_a * 1000)
        e.plug(board)
    e.power_all(list(e.boards))
    e.tell("alone: %s" % ", ".join(str(board.settings["limit_a"]) for board in e.boards))
    if e.rng.random() < 0.5:
        e.world.at(30000, _rogue, e)


def _rogue(e):
    circuit = Circuit("elsewhere")
    e.judge.set_up(circuit, _FREE_MA)
    board = e.new_board(circuit=circuit)
    if setup.rogue(board, e.boards[0], e.rng):
        board.power(True)
        e.tell("a rogue")
    e.gone.append(board)


def _with_a_past(e):
    """Some of the boards were alone before, or in another group, or wired elsewhere."""
    boards = _boards(e)
    others = e.rng.sample(boards, e.rng.randint(1, len(boards)))
    if e.rng.random() < 0.5:
        _were_alone(e, others)
    else:
        _were_a_group(e, others)
    e.world.run(e.world.now + e.rng.choice((8000, 45000)))
    for board in others:
        board.power(False)
        if e.rng.random() < 0.3:
            setup.reset(board)
        board.circuit.boards.remove(board)
        board.circuit = e.circuit
    e.circuit.boards = boards
    _start(e, boards)
    if e.rng.random() < 0.3:
        setup.differs(e.group, e.rng.choice(boards), e.rng)
        e.tell("one of them was given another limit")


def _were_alone(e, boards):
    for board in boards:
        board.circuit = Circuit("before")
        board.circuit.boards.append(board)
        e.judge.set_up(board.circuit, board.facts["nameplate_a"] * 1000)
        setup.alone(board, min(board.facts["nameplate_a"], board.settings["breaker_a"]))
        e.plug(board)
        board.power(True)
    e.tell("alone before: %s" % ", ".join(str(board) for board in boards))


def _were_a_group(e, boards):
    circuit = Circuit("before")
    circuit.boards = list(boards)
    boards = boards + [e.new_board(circuit=circuit)]
    e.gone.append(boards[-1])
    group, owner = e.new_group(boards, circuit, 6)
    for board in boards:
        board.circuit = circuit
    owner.set_up()
    for board in boards:
        e.plug(board)
        board.power(True)
    e.world.at(e.world.now + 60000, boards[-1].power, False)
    e.tell("a group before, on %d A: %s" % (group.limit_a,
                                            ", ".join(str(board) for board in boards)))


_AIR = weather.AIR + (weather.clear, weather.vehicle)
_ILL = weather.ILL + (weather.clear, weather.vehicle)
_CHANGE = (dealings.limit, dealings.lower, dealings.fallback, dealings.enable)

_REST = (dealings.hand_over, dealings.heir, dealings.remove, dealings.add, dealings.without,
         dealings.interrupted, dealings.replace, dealings.rewire, dealings.reset,
         dealings.lead_again, dealings.press_on, dealings.backup, dealings.restore,
         dealings.stranger, dealings.clone)

# name: (how it begins, what may happen, at most so long in ms)
MOODS = {
    "air": (_group, _AIR + (weather.restart, weather.power, weather.attack), 200000),
    "everything": (_group, _ILL + _CHANGE + _REST, 300000),
    "alone": (_alone, (weather.loss, weather.restart, weather.vehicle, weather.clear,
                       weather.attack), 60000),
    "past": (_with_a_past, _AIR + (weather.power, weather.power, weather.restart, dealings.typed,
                                   dealings.lower), 120000),
    "enabling": (_group, (dealings.enable, dealings.enable, weather.loss, weather.one_way,
                          weather.clear, weather.vehicle), 200000),
    "heirs": (_group, (dealings.heir, dealings.interrupted, dealings.lower, dealings.limit,
                       dealings.press_on,
                       dealings.hand_over, weather.loss, weather.one_way, weather.split,
                       weather.clear, weather.clear, weather.restart, weather.power,
                       weather.attack, weather.boot_loop, weather.flash_cut), 400000),
    "without": (_group, (dealings.without, dealings.without, dealings.lower, dealings.remove,
                         dealings.add, weather.loss, weather.one_way, weather.clear,
                         weather.power, weather.restart, weather.flash_cut), 300000),
    "twins": (_group, (dealings.twin, dealings.lower, dealings.limit, dealings.lead_again,
                       weather.restart, weather.vehicle, weather.clear), 200000),
    "fallen": (_group, (dealings.backup, dealings.fall_back, dealings.lower, dealings.limit,
                        dealings.fallback, dealings.add, dealings.lead_again, weather.clear,
                        weather.power, weather.restart, weather.flash_cut), 300000),
    "changes": (_group, _CHANGE + (dealings.add, dealings.remove, dealings.lower, weather.loss,
                                   weather.clear, weather.power, weather.flash_fails,
                                   weather.flash_cut, weather.restart), 300000),
    "copies": (_group, (dealings.clone, dealings.same_number, dealings.stranger,
                        dealings.backup, dealings.restore, dealings.lower, dealings.limit,
                        weather.flash_older, weather.clear, weather.loss, weather.power),
               200000),
    "boards": (_group, (dealings.replace, dealings.rewire, dealings.reset, dealings.typed,
                        dealings.reset_in_a_storm, dealings.lower, dealings.limit,
                        weather.attack, weather.clear, weather.loss, weather.power,
                        weather.flash_cut), 250000),
    "stalls": (_group, (weather.stalls, weather.stalls, weather.vehicle, weather.vehicle,
                        weather.vehicle, weather.vehicle, weather.clear, dealings.limit), 120000),
}
