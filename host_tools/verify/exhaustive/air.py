# SPDX-License-Identifier: MIT
"""Frames of the small world by number: real bytes, made and read by the core's codec.

Like a unit's state, a frame that stays in the air over a step is told anew with the names of the
next moment. Of a grant frame a place keeps the part that its follower reads. Both places are
written as unit 2's, so there are also the frames with units 2 and 3 exchanged.
"""

from core.sharing import frames

from host_tools.verify.exhaustive.scale import EPOCH, LEADER, NUMBER, SEQUENCE, nonce
from host_tools.verify.exhaustive.unit import CODEC

_OTHER = {1: 1, 2: 3, 3: 2}


class Table:
    """Numbers for things, in the order in which they were first seen. 0 is None."""

    def __init__(self):
        self.things = [None]
        self._numbers = {None: 0}

    def number(self, thing) -> int:
        """The number of a thing."""
        number = self._numbers.get(thing)
        if number is None:
            number = self._numbers[thing] = len(self.things)
            self.things.append(thing)
        return number


class Air:
    """All frames seen so far. Frame 0 is none at all."""

    def __init__(self):
        self.table = Table()
        self._exchanged = {0: 0}
        self._older = {}

    def payload(self, number) -> bytes:
        """The bytes of a frame."""
        return self.table.things[number]

    def exchanged(self, number) -> int:
        """A report of unit 2 as one of unit 3, and the other way round."""
        if number not in self._exchanged:
            header, report = CODEC.decode(self.payload(number))
            other = _OTHER[header.sender]
            header = header._replace(sender=other,
                                     nonce=header.nonce - nonce(header.sender) + nonce(other))
            self._exchanged[number] = self.table.number(CODEC.report(header, report))
            self._exchanged[self._exchanged[number]] = number
        return self._exchanged[number]

    def grant_for(self, unit, payload) -> int:
        """What one follower reads of a grant frame, written as unit 2's."""
        header, body = CODEC.decode(payload)
        entries = [entry._replace(unit=2, nonce=entry.nonce - nonce(unit) + nonce(2))
                   for entry in body.entries if entry.unit == unit]
        if body.entries and not entries:  # not a greeting, but nothing for this unit
            entries = [frames.Grant(LEADER, 0, 0, 0, 1)]
        return self.table.number(CODEC.grant(header, body._replace(entries=entries)))

    def older(self, number, names, boots) -> int:
        """The frame as it is called a step later; names: canonical.Names of those boots."""
        if not number:
            return 0
        key = number, boots
        if key not in self._older:
            header, body = CODEC.decode(self.payload(number))
            if header.kind == frames.REPORT:
                payload = CODEC.report(*_older_report(header, body, names))
            else:
                payload = CODEC.grant(*_older_grant(header, body, names))
            self._older[key] = self.table.number(payload)
        return self._older[key]


def _older_report(header, report, names):
    if names.boot(header.sender, header.nonce):
        raise RuntimeError("a report of an earlier boot stays in the air")
    if report.echo_leader and names.leads(header.epoch):
        header = header._replace(epoch=EPOCH)
        report = report._replace(echo_nonce=nonce(LEADER), echo_sequence=SEQUENCE
                                 + names.sequence(report.echo_sequence))
    elif report.echo_leader:
        header = header._replace(epoch=EPOCH - 1)
        report = report._replace(echo_nonce=nonce(LEADER) - 1, echo_sequence=0)
    return header._replace(nonce=nonce(header.sender), sequence=NUMBER + names.number(
        header.sender, header.sequence)), report


def _older_grant(header, body, names):
    if not names.leads(header.epoch):
        raise RuntimeError("a frame of an earlier leadership stays in the air")
    entries = []
    for entry in body.entries:
        if entry.unit != LEADER and names.boot(entry.unit, entry.nonce) == 0:
            entry = entry._replace(nonce=nonce(entry.unit), number=NUMBER
                                   + names.number(entry.unit, entry.number))
        else:  # for an earlier boot: nobody takes it
            entry = frames.Grant(LEADER, 0, 0, 0, 1)
        entries.append(entry)
    return header._replace(epoch=EPOCH, nonce=nonce(LEADER), sequence=SEQUENCE + names.sequence(
        header.sequence)), body._replace(entries=entries)
