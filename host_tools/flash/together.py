# SPDX-License-Identifier: MIT
"""Boards that become a group, each in a thread of its own, in an order that is safe everywhere.

All tell who they are; then it is decided (group.py, join.py), by the thread that a person talks
to. All are made ready, firmware and settings; then the leader gets its group, or what it proposes
to it, and runs; then the others get theirs. One that fails stops those that come later, and the
same command goes on from there.
"""

import threading

from host_tools.flash import group, join
from host_tools.flash.errors import NotTogether
from host_tools.flash.seats import Place, Told

_TELLING = "waiting until the other boards have told who they are"
_DECIDING = "waiting for the answer"
_READY = "waiting until the other boards are ready"
_LEADER = "waiting until the leader has its group"
_UNTOUCHED = "Nothing was changed on this board."


class Together:
    """ports: of all boards; wish: wish.Wish; person: for what is missing, as missing.py says."""

    def __init__(self, ports, wish, person):
        self.joins = wish.joins
        self._ports = list(ports)
        self._wish = wish
        self._person = person
        self._told = {}
        self._ready = set()
        self._ended = {}  # {port: well?}
        self._plan = None
        self._refused = False
        self._changed = threading.Condition()

    def decide(self, agree, quiet):
        """Plan, once all have told. agree(plan) raises Declined; quiet(): entered meanwhile.
        Raises that, or BadSettings; returns if one of them failed before it had told."""
        with self._changed:
            while not self._all_told():
                self._changed.wait(0.2)
        if len(self._told) < len(self._ports):
            return
        try:
            make = join.plan if self._wish.joins else group.plan
            with quiet():
                plan = make(self._wish, [self._told[port] for port in self._ports], self._person)
                agree(plan)
            self._settle(plan)
        finally:
            if self._plan is None:
                self._settle(None)

    def _settle(self, plan):
        with self._changed:
            self._plan = plan
            self._refused = plan is None
            self._changed.notify_all()

    def place(self, told: Told, show) -> Place:
        """What this board gets, once it is decided. Raises NotTogether if it gets nothing."""
        with self._changed:
            self._told[told.port] = told
            self._wait(_TELLING, show, self._all_told)
            if len(self._told) < len(self._ports):
                raise NotTogether("No group was made, and nothing was changed: of the other "
                                  "boards not all answered.")
            self._wait(_DECIDING, show, lambda: self._plan or self._refused)
            if self._refused:
                raise NotTogether(_UNTOUCHED)
            return self._plan.places[told.port]

    def turn(self, port: str, show):
        """Returns when this board may have its group. Raises NotTogether if it may not."""
        with self._changed:
            self._ready.add(port)
            self._changed.notify_all()
            leader = self._plan.leader
            if port == leader:
                self._wait(_READY, show, lambda: self._ended
                           or len(self._ready) == len(self._ports))
                if self._ended:
                    raise NotTogether("Not gone on with: another board of the group failed "
                                      "before. Run the same command again.")
            else:
                self._wait(_LEADER, show, lambda: leader in self._ended)
                if not self._ended[leader]:
                    raise NotTogether("This board has no group yet: its leader failed before. Run "
                                      "the same command again.")

    def end(self, port: str, well: bool):
        """This board is done with."""
        with self._changed:
            self._ended[port] = well
            self._changed.notify_all()

    def standing(self):
        """Which boards are done and which are not, for people; None if all are or nothing was
        begun."""
        if self._plan is None or all(self._ended.get(port) for port in self._ports):
            return None
        done, open_yet = [], []
        for port, place in sorted(self._plan.places.items(), key=lambda item: item[1].unit):
            (done if self._ended.get(port) else open_yet).append("unit %d on %s"
                                                                 % (place.unit, port))
        return ("Done: %s. Not done: %s. The same command goes on from here: a group that its "
                "leader has keeps its key and its numbers."
                % (", ".join(done) or "none", ", ".join(open_yet)))

    def _all_told(self):
        return (len(self._told) == len(self._ports)
                or any(port not in self._told for port in self._ended))

    def _wait(self, text, show, over):
        self._changed.notify_all()
        while not over():
            show(text, None)  # raises at Ctrl-C
            self._changed.wait(0.2)
