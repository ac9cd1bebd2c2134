# SPDX-License-Identifier: MIT
"""What all checkers share: a name, and violations with time, unit and words."""

from collections import namedtuple

Violation = namedtuple("Violation", ("checker", "at_ms", "unit", "text"))

_KEPT = 100  # of one checker; a broken rule is broken often


class Checker:
    """A rule seen from outside. `name` is the key in reports; unit 0 stands for the group."""

    name = "checker"

    def __init__(self, clock):
        self._clock = clock
        self.violations = []
        self.count = 0

    def violated(self, unit: int, text: str):
        """Note that the rule is broken now."""
        self.count += 1
        if len(self.violations) < _KEPT:
            self.violations.append(Violation(self.name, self._clock.now_ms, unit, text))
