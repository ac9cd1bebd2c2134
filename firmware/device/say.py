# SPDX-License-Identifier: MIT
"""Long lines for the serial port, of a unit that runs."""

from micropython import const

_PIECE = const(64)  # 6 ms at 115200 baud; the port's own buffer takes 128


def say(text: str):
    """Print a line piece by piece: while the port is waited for, the pilot's timer waits too."""
    for at in range(0, len(text), _PIECE):
        print(text[at:at + _PIECE], end="")
    print()
