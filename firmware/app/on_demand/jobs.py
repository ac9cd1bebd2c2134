# SPDX-License-Identifier: MIT
"""What a unit does for a while beside its sharing: pairing, a self-test. The sharing task steps
it, so it never runs in the middle of a frame, a round or a write.

A job has step(now_ms), which does a little and gives when it wants to be stepped next, ms, or None
when it is over. It holds what it needs: nothing of it stays when it is.
"""


class Jobs:
    """All jobs of a unit. running: [(job, when it is due, ms)]; at_ms: when step() is due."""

    __slots__ = ("_unit", "running", "at_ms")

    def __init__(self, unit, now_ms):
        self._unit = unit
        self.running = []
        self.at_ms = now_ms

    def step(self, now_ms):
        """Step whatever is due. Raises NotLoaded, as the jobs do: then they are stepped again."""
        if now_ms < self.at_ms:
            return
        again = []
        for job, due_ms in self.running:
            next_ms = due_ms if now_ms < due_ms else job.step(now_ms)
            if next_ms is not None:
                again.append((job, next_ms))
        self.running = again
        if again:
            self.at_ms = min([due_ms for _, due_ms in again])
        else:
            self._unit.jobs = None


def begin(unit, job, now_ms):
    """Step this job from now on."""
    if unit.jobs is None:
        unit.jobs = Jobs(unit, now_ms)
    unit.jobs.running.append((job, now_ms))
    unit.jobs.at_ms = now_ms
    unit.hal.radio.wake()


def end(unit, job):
    """Step it no more."""
    if unit.jobs is not None:
        unit.jobs.running = [(other, due_ms) for other, due_ms in unit.jobs.running
                           if other is not job]
