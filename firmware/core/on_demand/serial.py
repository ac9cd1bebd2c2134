# SPDX-License-Identifier: MIT
"""The serial of a board: 6 bytes of its chip, for ever. Its tag goes with every frame (rule 3)."""

from hashlib import sha256

SERIAL_SIZE = 6


def tag_of(serial: bytes) -> bytes:
    """4 bytes of the hash of a serial: who speaks, whatever number it claims."""
    return sha256(serial).digest()[:4]


def serial_text(serial: bytes) -> str:
    """For people and files: 12 hexadecimal digits."""
    return serial.hex().upper()


def serial_from(text) -> bytes:
    """The opposite. Raises ValueError for anything else."""
    serial = bytes.fromhex(text) if type(text) is str else b""
    if len(serial) != SERIAL_SIZE:
        raise ValueError("a serial must be 12 hexadecimal digits")
    return serial
