# SPDX-License-Identifier: MIT
"""What a board does not have: it answers as hardware does that has nothing to say, so that the
pilot path asks the same questions on every board."""


class Absent:
    """No meter, guard output, monitor, sensor, light or button."""

    def read(self):
        """None: nothing is measured."""
        return None

    def read_dc(self):
        """None: nothing is measured."""
        return None

    def write(self, _):
        """Nothing to drive."""

    def tripped(self) -> bool:
        """Never."""
        return False

    def show(self, state, linked, now_ms):
        """Nothing to show."""

    def held(self, now_ms) -> bool:
        """Never."""
        return False

    def long(self, now_ms) -> bool:
        """Never."""
        return False
