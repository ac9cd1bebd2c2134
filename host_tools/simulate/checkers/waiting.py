# SPDX-License-Identifier: MIT
"""Nobody waits for current without a reason (design 4), and not long once the air is well."""

from host_tools.simulate.checkers.checker import Checker
from host_tools.simulate.clock import LOOK, Alarm

MINIMUM_MA = 6000
WELL_LOSS, WELL_DELAY_MS = 0.3, 3000  # the worst air in which sharing still goes on
_SOON_MS = 60000
_AGAIN_MS = 840000  # design 4: what wants current later starts within 15 min
_TURN_MS = 900000  # when the minimums do not fit, units take turns of 15 min

HEALED_MS = 15000  # issue: after the air heals everyone with demand has its offer back
_CLEAN_DELAY_MS = 1000
_LOCK_MS = 300000  # 10 s until it is asked, 3.5 min of pause, and a minute to start
_CALM_MS = 60000  # boots and changes of the group have waits of their own (rules 8 and 12)


class Group:
    """What both checkers here must know of the group as a whole. A watcher. leases: of the same
    simulation, or None."""

    def __init__(self, clock, owner, wished, leases=None):
        self._clock, self._owner, self._wished, self._leases = clock, owner, wished, leases
        self.enabled = True
        self.changed_ms = self.booted_ms = -_CALM_MS
        self._steered_ms = 0  # None: for good

    @property
    def limit_ma(self) -> int:
        """Limit in force."""
        return self._owner.limit_ma

    @property
    def leader(self):
        """The node that led last."""
        return self._owner.leader

    def serves(self, unit: int) -> bool:
        """Is the unit a member of a group that shares, and is it to stay one?"""
        return (self._steered_ms is not None and self._clock.now_ms >= self._steered_ms
                and self.enabled and unit in self._owner.members and self._wished(unit)
                and not self._owner.moving and not self.leader.board.flash.is_ill()
                and not (self._leases and self._leases.has_forgotten(unit)))

    def steered(self, ttl_s):
        """Somebody wishes something of units for so long, None: for good. Until when, and until a
        pause by allocation has ended after it, this says that nobody is served; ms, or None."""
        if ttl_s is None or self._steered_ms is None:
            self._steered_ms = None
            return None
        self._steered_ms = max(self._steered_ms,
                               self._clock.now_ms + 1000 * ttl_s + _LOCK_MS)
        return self._steered_ms

    def asked(self):
        """The owner asks for something new."""
        self.changed_ms = self._clock.now_ms

    def in_force(self, enabled: bool):
        """Another revision is in force."""
        self.enabled = enabled
        self.changed_ms = self._clock.now_ms

    def program_changed(self, board):
        """A unit has started, hung, stopped."""
        self.booted_ms = self._clock.now_ms


class Starving(Checker):
    """A vehicle that asks is offered current within a minute, or takes turns with the others.

    Judged while the air is well, sharing is on, and unit and leader run; what any of these has
    interrupted is counted anew.
    """

    name = "starving"

    def __init__(self, clock, nodes, air, stays, group):
        super().__init__(clock)
        self._nodes, self._air, self._stays, self._group = list(nodes), air, stays, group
        self._since_ms = {node.id: None for node in nodes}
        self._alarms = {node.id: Alarm(clock, LOOK, lambda node=node: self._judge(node))
                        for node in nodes}
        self.longest_ms = 0
        air.watch(self._judge_anew)

    def offer_changed(self, board):
        """The pilot advertises something else."""
        self._judge(self._node(board))

    def vehicle_changed(self, board):
        """Vehicle or faults."""
        self._judge(self._node(board))

    def program_changed(self, board):
        """Started, hung, stopped: if it is the leader, all wait for it."""
        if board.id == self._group.leader.id:
            self._judge_anew()
        else:
            self._since_ms[board.id] = None
            self._judge(self._node(board))

    def changed(self):
        """The owner asks for a change, or one is in force."""
        self._judge_anew()

    def _node(self, board):
        return next(node for node in self._nodes if node.id == board.id)

    def _judge_anew(self):
        for node in self._nodes:
            self._since_ms[node.id] = None
            self._judge(node)

    def _judge(self, node):
        unit, now_ms, board = node.id, self._clock.now_ms, node.board
        if self._since_ms[unit] is not None:
            self.longest_ms = max(self.longest_ms, now_ms - self._since_ms[unit])
        if not self._waits(node):
            self._since_ms[unit] = None
            self._alarms[unit].set(None)
            return
        if self._since_ms[unit] is None:
            self._since_ms[unit] = now_ms
        due_ms = self._since_ms[unit] + self._patience_ms(board)
        if now_ms < due_ms:
            self._alarms[unit].set(due_ms)
        else:
            self.violated(unit, f"offered nothing for {now_ms - self._since_ms[unit]} ms")

    def _waits(self, node):
        return (not node.board.offer_ma and self._stays.asks(node.board) and node.running
                and self._group.leader.running and self._group.serves(node.id)
                and self._air.is_well(WELL_LOSS, WELL_DELAY_MS))

    def _patience_ms(self, board):
        asking = [node.board for node in self._nodes if self._stays.asks(node.board)]
        loads = [sum(MINIMUM_MA for one in asking if phase in one.wiring) for phase in range(3)]
        patience_ms = _SOON_MS
        if max(loads) > self._group.limit_ma:
            patience_ms += _TURN_MS * len(asking)
        if self._stays.stopped(board):
            patience_ms += _AGAIN_MS
        return patience_ms


class Recovery(Checker):
    """15 s after the air has become clean, every vehicle that asks has its offer again.

    Judged where nothing but the air was ill for a minute: boots, faults and changes of the group
    have waits of their own, and so has a vehicle that has just arrived, that stopped by itself, or
    that wakes on a phase that was left out (rule 14: the guard opens the contactor).
    """

    name = "recovery"

    def __init__(self, clock, boards, air, stays, group):
        super().__init__(clock)
        self._boards, self._air, self._stays, self._group = list(boards), air, stays, group
        self._healed = Alarm(clock, LOOK, self._judge)
        self._clean = True
        self.judged = 0
        air.watch(self._look)

    def _look(self):
        clean = self._air.is_well(0, _CLEAN_DELAY_MS)
        if clean != self._clean:
            self._clean = clean
            self._healed.set(self._clock.now_ms + HEALED_MS if clean else None)

    def _judge(self):
        now_ms, group = self._clock.now_ms, self._group
        calm_ms = now_ms - HEALED_MS - _CALM_MS
        if max(group.booted_ms, group.changed_ms) > calm_ms:
            return
        for board in self._boards:
            if not self._stays.asks(board) or self._stays.stopped(board):
                continue
            vehicle = board.vehicle
            if (not group.serves(board.id) or vehicle.spec.wake_ms
                    or now_ms - vehicle.plugged_ms < HEALED_MS):
                continue
            self.judged += 1
            if board.offer_ma < MINIMUM_MA:
                self.violated(board.id, f"offers {board.offer_ma} mA {HEALED_MS} ms after the "
                              "air has healed")
