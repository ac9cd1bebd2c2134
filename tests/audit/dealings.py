# SPDX-License-Identifier: MIT
"""What an owner does to a group, rightly, clumsily or by mistake. One function each."""

from tests.audit import setup
from tests.audit.owner import CALM_MS


def limit(e):
    """Another limit."""
    least = 6 * len(e.group.boards)
    most = sum(board.facts["nameplate_a"] for board in e.group.boards) - 2
    limit_a = e.rng.randint(least, max(least, min(most, 3 * least)))
    _say(e, "limit %d" % limit_a, e.owner.change(limit_ma=limit_a * 1000))


def lower(e):
    """The least limit that can be."""
    least = 6 * len(e.group.boards)
    _say(e, "lower", e.owner.change(limit_ma=least * 1000 + 100 * e.rng.randrange(9)))


def fallback(e):
    """Another fallback."""
    mode = e.rng.choice(("equal", "minimum", "stop"))
    _say(e, mode, e.owner.change(fallback=mode))


def enable(e):
    """Sharing on or off."""
    on = not e.group.enabled
    _say(e, "enabled %s" % on, e.owner.change(enabled=on))


def hand_over(e):
    """The leadership to another."""
    board = e.member()
    _say(e, "hand over to %s" % board, e.owner.hand_over(board))


def heir(e):
    """The leader loses its power; later another one is promoted; later still it comes back."""
    dead = e.owner.leader()
    if dead is None or len(e.group.boards) < 2 or e.owner.worded or e.owner.calm():
        return
    dead.power(False)
    e.tell("%s, the leader, has no power" % dead)
    e.later((33000, 50000), lambda: _promote(e, dead, 3))


def interrupted(e):
    """A change that some unit does not hear, and its leader dies over it."""
    dead = e.owner.leader()
    if dead is None or len(e.group.boards) < 3 or e.owner.worded or e.owner.calm():
        return
    deaf = e.rng.choice([board for board in e.group.boards if board is not dead])
    for other in e.boards:
        e.air.links[(other.index, deaf.index)] = 1.0
    e.tell("%s is deaf" % deaf)
    (limit if e.rng.random() < 0.6 else lower)(e)
    e.later((1500, 7000, 12000), lambda: e.well or e.owner.calm() or dead.power(False))
    if e.rng.random() < 0.6:
        e.later((15000,), lambda: e.air.links.clear())
    heir = deaf if e.rng.random() < 0.6 else None
    e.later((44000, 60000), lambda: _promote(e, dead, 3, heir))
    if e.rng.random() < 0.6:
        e.later((110000, 130000),
                lambda: e.well or e.owner.calm() or setattr(e.air, "loss", 1.0))


def without(e):
    """A unit is off or deaf; the limit is lowered, or another change made, without it."""
    board = e.rng.choice(e.group.boards)
    if e.owner.leader() in (None, board) or board in e.owner.worded:
        return
    if e.rng.random() < 0.5:
        board.power(False)
        e.later((20000, 60000, 150000), lambda: e.owner.worded or board.power(True))
    else:
        for other in e.boards:
            e.air.links[(other.index, board.index)] = 1.0
            e.air.links[(board.index, other.index)] = float(e.rng.random() < 0.7)
        e.later((20000, 60000), e.air.links.clear)
    e.tell("%s is off or deaf" % board)
    e.rng.choice((lower, lower, limit, enable, fallback))(e)
    e.later((300, 5000, 15000), lambda: _without(e, board))


def _without(e, board):
    if board in e.group.boards:
        _say(e, "go on without %s" % board, e.owner.go_on_without(board))


def press_on(e):
    """The owner sees whom a change waits for, and goes on without one of them."""
    leader = e.owner.leader()
    waited = [board for board in e.group.boards
              if leader is not None and setup.is_waited_for(leader, board)]
    if waited and not e.owner.calm():
        _without(e, e.rng.choice(waited))


def twin(e):
    """Another board is set up as the leader, with the group's key; the leader may be on or off."""
    leader = e.owner.leader()
    if leader is None or leader is not e.group.boards[0] or e.owner.worded or e.owner.calm():
        return
    e.air.calm()
    e.owner.calm_until_ms = e.world.now + CALM_MS
    board = e.new_board(like=leader)
    e.plug(board)
    setup.same(e.group, leader, board)
    e.outside.append(board)
    for other in e.group.boards:
        other.power(True)
    if e.rng.random() < 0.6:
        leader.power(False)
    e.tell("%s is set up as the leader, as %s was" % (board, leader))
    e.later((8000,), lambda: board.power(True))
    e.later((20000, 80000), lambda: leader.power(True))


def lead_again(e):
    """Whoever has stopped leading starts again."""
    for board in e.group.boards:
        if setup.stopped(board):
            e.world.judge.changes += 1
            _say(e, "%s leads again" % board, setup.lead_again(board))


def reset_in_a_storm(e):
    """A unit is reset and set up again, and hears an attacker before it hears its leader."""
    if e.owner.calm() or e.air.loss == 1.0:
        return
    reset(e)
    e.air.loss = 1.0
    e.later((5000,), lambda: e.attacker.replay_rare(2000))
    e.later((20000,), lambda: e.attacker.replay_rare(2000))
    e.later((80000,), e.air.calm)


def _promote(e, dead, tries, heir=None):
    if dead not in e.group.boards or len(e.group.boards) < 2:
        return
    board = heir or e.rng.choice([board for board in e.group.boards if board is not dead])
    if board not in e.group.boards:
        return
    error = e.owner.promote(board, dead)
    _say(e, "promote %s" % board, error)
    if error is None and dead not in e.coming:
        e.coming.append(dead)
        e.later((20000, 60000, 120000), lambda: _return(e, dead))
    if error is None and e.rng.random() < 0.3:
        e.later((100, 30000), lambda: _promote(e, dead, 0))  # and another one, of the other half
    elif error is not None and tries:
        e.later((10000, 20000), lambda: _promote(e, dead, tries - 1, heir))


def _return(e, board):
    if board in e.coming:
        e.coming.remove(board)
    if e.rng.random() < 0.8 and board not in e.gone:
        e.owner.power(board, True)
        e.tell("%s has power again, and hears the group" % board)


def remove(e):
    """A unit leaves; without the owner's word it stays where it is."""
    board = e.member()
    if len(e.group.boards) < 3 or e.owner.worded:
        return
    word = e.rng.random() < 0.5
    error = e.owner.remove(board, word)
    _say(e, "remove %s, word %s" % (board, word), error)
    if error is None:
        e.outside.append(board)
        if word:
            if e.rng.random() < 0.5:  # else it comes back in the end, after all the rest
                e.later((30000, 90000), lambda: _return(e, board))


def add(e):
    """One more unit."""
    board = e.spare() or e.new_board()
    if board in e.outside:
        board.power(False)
        e.outside.remove(board)
        setup.reset(board)
    e.plug(board)
    error = e.owner.add(board)
    _say(e, "add %s" % board, error)
    if error is not None:
        e.outside.append(board)


def typed(e):
    """The limit is typed on the wrong unit."""
    board = e.member()
    if e.owner.leader() not in (None, board):
        most_a = sum(other.facts["nameplate_a"] for other in e.group.boards) - 1
        setup.typed(board, "limit_a", min(most_a, e.rng.randint(60, 140)))
        _off_and_on(e, board, "limit typed on it")


def stranger(e):
    """A unit that has the group's key, but of which the leader knows nothing."""
    board = e.new_board()
    e.plug(board)
    setup.stranger(e.group, board, e.rng)
    e.outside.append(board)
    board.power(True)
    e.tell("%s: a stranger" % board)


def clone(e):
    """The flash of a unit is copied to another board, and both have power."""
    source = e.member()
    board = e.new_board(like=source)
    e.plug(board)
    setup.clone(source, board)
    e.outside.append(board)
    board.power(True)
    e.tell("%s is a clone of %s" % (board, source))


def same_number(e):
    """Two boards are given one number."""
    source = e.rng.choice(e.group.boards)
    if source is e.group.boards[0]:
        return  # see twin()
    board = e.new_board(like=source)
    e.plug(board)
    setup.same(e.group, source, board)
    e.outside.append(board)
    board.power(True)
    e.tell("%s has the number of %s" % (board, source))


def backup(e):
    """Remember what a unit has stored."""
    board = e.rng.choice(e.group.boards)
    e.backups.append((board, board.flash.image()))
    e.tell("%s: backup" % board)


def restore(e):
    """A unit gets an older flash back, where it hears the group."""
    if e.backups and not e.owner.worded:
        board, image = e.rng.choice(e.backups)
        if board in e.group.boards and board.powered:
            e.air.calm()
            e.owner.calm_until_ms = e.world.now + CALM_MS
            board.power(False)
            board.flash.restore(image)
            e.tell("%s: an older flash is restored" % board)
            e.later((300, 3000), lambda: board.power(True))


def fall_back(e):
    """The leader gets an older flash back; one unit is out of its reach then."""
    leading = [pair for pair in e.backups if setup.leads(pair[0])]
    if not leading or e.owner.worded or len(e.group.boards) < 3:
        return
    board, image = e.rng.choice(leading)
    others = [other for other in e.group.boards if other is not board and other.powered]
    if len(others) < 2:
        return
    e.air.calm()
    deaf = e.rng.choice(others)
    for other in e.boards:
        e.air.links[(deaf.index, other.index)] = e.air.links[(other.index, deaf.index)] = 1.0
    e.owner.calm_until_ms = e.world.now + CALM_MS
    board.power(False)
    board.flash.restore(image)
    e.tell("%s: an older flash is restored, %s is out of reach" % (board, deaf))
    e.later((300, 3000), lambda: board.power(True))
    e.later((30000, 90000), e.air.links.clear)


def replace(e):
    """A board is replaced by another one, set up as the old one was at the beginning."""
    old, leader = e.rng.choice(e.group.boards), e.owner.leader()
    if e.owner.worded or leader in (None, old) or not setup.knows(leader, old):
        return
    if e.rng.random() < 0.7:
        old.power(False)
    else:  # its radio is broken
        for other in e.boards:
            e.air.links[(old.index, other.index)] = e.air.links[(other.index, old.index)] = 1.0
    e.gone.append(old)
    board = e.new_board(like=old)
    e.plug(board)
    e.tell("%s is replaced by %s" % (old, board))
    e.later((16000, 40000), lambda: _replaced(e, old, board))


def _replaced(e, old, board):
    leader = e.owner.leader()
    if old not in e.group.boards or leader is None:
        return
    numbers = e.group.numbers
    number = numbers[old]
    numbers[board] = number if e.rng.random() < 0.5 else max(numbers.values()) + 1
    error = setup.replaced(e.group, old, board, leader)
    _say(e, "%s in its place, as unit %d" % (board, numbers[board]), error)
    if error is not None:
        del numbers[board]
        e.gone.append(board)
        e.gone.remove(old)
        return
    e.group.boards[e.group.boards.index(old)] = board
    del numbers[old]
    board.power(True)
    e.world.judge.changes += 2
    if old.powered:
        e.later((5000, 30000), lambda: old.power(False))
        e.later((40000,), lambda: _no_power(e, old, number))
    elif setup.is_waited_for(leader, old):
        _say(e, "%s has no power, for ever" % old, setup.gone(leader, number))


def _no_power(e, old, number):
    leader = e.owner.leader()
    if leader is not None and not old.powered and setup.is_waited_for(leader, old):
        e.world.judge.changes += 1
        _say(e, "%s has no power, for ever" % old, setup.gone(leader, number))


def rewire(e):
    """A unit is wired to other phases, and set up anew."""
    board = e.member()
    board.power(False)
    phases = e.rng.choice(("L1", "L2", "L3"))
    board.outlet.wiring = (int(phases[1]) - 1,)
    setup.rewired(board, phases)
    e.world.judge.changes += 1
    e.tell("%s is wired to %s" % (board, phases))
    e.later((300, 3000, 20000), lambda: board.power(True))


def reset(e):
    """A unit forgets all, and is set up again for the same group."""
    board = e.member()
    if e.owner.leader() in (None, board):
        return
    board.power(False)
    setup.reset(board)
    setup.newcomer(e.group, board, e.owner.leader())
    e.world.judge.changes += 1
    _off_and_on(e, board, "reset, and set up for the same group")


def _off_and_on(e, board, what):
    board.power(False)
    e.tell("%s: %s" % (board, what))
    e.later((300, 3000), lambda: board.power(True))


def _say(e, what, error):
    e.tell("owner: %s%s" % (what, ": refused, %s" % (error,) if error else ""))
