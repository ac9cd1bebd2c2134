# SPDX-License-Identifier: MIT
"""What happens to a group by itself: air, power, flash, programs, vehicles. One function each."""

from tests.audit.outlet import Vehicle


def loss(e):
    """Everywhere."""
    e.air.loss = e.rng.choice((0.0, 0.05, 0.3, 0.6, 0.9, 1.0))
    e.tell("loss %.2f" % e.air.loss)


def late(e):
    """Frames that arrive seconds or minutes later."""
    e.air.late = e.rng.choice(((0.0, 0), (0.1, 1000), (0.2, 12000), (0.05, 180000)))
    e.tell("late %s" % (e.air.late,))


def twice(e):
    """Frames that arrive again."""
    e.air.twice = e.rng.choice((0.0, 0.1, 0.4))
    e.tell("twice %.1f" % e.air.twice)


def one_way(e):
    """One unit is deaf, or mute, or both, for some or for all others."""
    board = e.anyone()
    to, back = e.rng.choice(((1, 0), (0, 1), (1, 1)))
    for other in e.boards:
        if other is not board and e.rng.random() < 0.8:
            _cut(e, other, board, to)
            _cut(e, board, other, back)
    e.tell("%s is %s" % (board, "deaf" * to + " mute" * back))
    e.later((2000, 15000, 40000), lambda: _mend(e))


def split(e):
    """Two parts that do not hear each other."""
    part = [board for board in e.boards if e.rng.random() < 0.5]
    for board in e.boards:
        for other in e.boards:
            if (board in part) != (other in part):
                _cut(e, board, other, 1)
    e.tell("split off: %s" % ", ".join(str(board) for board in part))
    e.later((5000, 20000, 60000), lambda: _mend(e))


def _cut(e, board, other, part):
    e.air.links[(board.index, other.index)] = float(part)


def _mend(e):
    e.air.links = {}
    e.tell("links mended")


def clear(e):
    """The air is well again."""
    e.air.calm()
    e.tell("air is well")


def restart(e):
    """A program ends, or hangs first."""
    board = e.anyone()
    hang_ms = e.rng.choice((0, 0, 2000, 4900))
    board.restart(hang_ms)
    e.tell("%s restarts after %d ms" % (board, hang_ms))


def boot_loop(e):
    """A unit restarts again and again, most often one that leads."""
    board = e.owner and e.owner.leader() or e.anyone()
    if e.rng.random() < 0.3:
        board = e.anyone()
    gap_ms = e.rng.choice((700, 3000, 9000))
    for index in range(e.rng.randint(3, 12)):
        e.world.at(e.world.now + index * gap_ms, board.restart)
    e.tell("%s restarts every %d ms" % (board, gap_ms))


def power(e):
    """One unit loses its power for a while."""
    board = e.anyone()
    if board.powered:
        board.power(False)
        e.tell("%s has no power" % board)
        e.later((500, 8000, 40000), lambda: _back(e, [board]))


def blackout(e):
    """All of them."""
    for board in e.boards:
        board.power(False)
    e.tell("blackout")
    e.later((500, 8000), lambda: _back(e, e.boards))


def _back(e, boards):
    for board in boards:
        if board not in e.owner.worded and board not in e.gone:
            board.power(True)
    e.tell("power is back: %s" % ", ".join(str(board) for board in boards))


def flash_fails(e):
    """Writes fail for a while."""
    board = e.anyone()
    board.flash.fails = True
    e.tell("%s: flash fails" % board)
    e.later((1000, 20000), lambda: setattr(board.flash, "fails", False))


def flash_cut(e):
    """Power is lost in one of the next writes."""
    board = e.anyone()
    board.flash.cut_in = e.rng.randrange(4)
    e.tell("%s: power will be cut in a write" % board)


def flash_older(e):
    """After a blackout of one unit, the file that was written last is gone."""
    board = e.anyone()
    if not board.powered:
        return
    board.power(False)
    board.flash.lose_newest()
    e.tell("%s: no power, its newest file is lost" % board)
    e.later((500, 4000), lambda: _back(e, [board]))


def stalls(e):
    """Time passes inside steps."""
    board = e.rng.choice((e.boards[0], e.anyone()))
    board.stall = e.rng.choice(((0.02, 300), (0.3, 900), (0.01, 2000)))
    board.late_ms = e.rng.choice((0, 150))
    e.tell("%s stalls %s" % (board, board.stall))
    e.later((5000, 40000), lambda: setattr(board, "stall", (0.0, 0)))


def vehicle(e):
    """One comes, leaves or pauses."""
    board = e.anyone()
    outlet = board.outlet
    if outlet.vehicle is None:
        outlet.plug(Vehicle(e.rng))
    elif e.rng.random() < 0.5:
        outlet.plug(None)
    else:
        outlet.pause(not outlet.vehicle.paused)


def attack(e):
    """Whoever listens sends what he has, or what he makes of it."""
    kind = e.rng.randrange(5)
    span_ms = e.rng.choice((50, 3000, 30000))
    if kind == 0:
        e.attacker.replay(e.rng.choice((5, 60, 200)), span_ms)
    elif kind == 1:
        e.attacker.forge(e.rng.choice((5, 60)), span_ms)
    elif kind == 2:
        e.attacker.replay_all(span_ms)
    else:
        e.air.loss = 1.0
        if kind == 4:
            e.attacker.replay_all(span_ms)
        e.later((300, 12000, 70000), lambda: clear(e))
    e.tell("attack: %s in %d ms" % (
        ("replay", "forge", "replay all", "jam", "jam and replay all")[kind], span_ms))


AIR = (loss, late, twice, one_way, split)
ILL = AIR + (restart, power, blackout, flash_fails, flash_cut, flash_older, stalls, attack)
