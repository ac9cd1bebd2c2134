# SPDX-License-Identifier: MIT
"""Boards that become a group, each in a thread of its own, in an order that is safe everywhere.

All tell who they are; then it is decided (group.py). All are made ready, firmware and settings;
then the leader gets its group and runs; then the others get theirs. One that fails stops those
that come later, and the same command goes on from there.
"""

import threading

from host_tools.flash import group
from host_tools.flash.errors import BadSettings, NotTogether

_TELLING = "waiting until the other boards have told who they are"
_READY = "waiting until the other boards are ready"
_LEADER = "waiting until the leader has its group"


class Together:
    """ports: of all boards; entries: of members.parse; given: settings; tell(text): a person."""

    def __init__(self, ports, entries, given, tell):
        self._ports = list(ports)
        self._entries = entries
        self._given = given
        self._tell = tell
        self._told = {}
        self._ready = set()
        self._ended = {}  # {port: well?}
        self._plan = None
        self._changed = threading.Condition()

    def place(self, told: group.Told, show) -> group.Place:
        """What this board gets, once all have told. Raises BadSettings, NotTogether."""
        with self._changed:
            self._told[told.port] = told
            self._wait(_TELLING, show, lambda: len(self._told) == len(self._ports)
                       or any(port not in self._told for port in self._ended))
            if len(self._told) < len(self._ports):
                raise NotTogether("No group was made, and nothing was changed: of the other "
                                  "boards not all answered.")
            if self._plan is None:
                self._plan = self._decided()
            if isinstance(self._plan, BadSettings):
                raise self._plan
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

    def _decided(self):
        told = [self._told[port] for port in self._ports]
        try:
            plan = group.plan(self._entries, told, self._given)
        except BadSettings as error:
            return error
        self._tell(plan.text)
        return plan

    def _wait(self, text, show, over):
        self._changed.notify_all()
        while not over():
            show(text, None)  # raises at Ctrl-C
            self._changed.wait(0.2)
