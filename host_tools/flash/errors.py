# SPDX-License-Identifier: MIT
"""Everything that can stop a flashing, each with its own exit code and what to do about it."""


class FlashError(Exception):
    """Flashing stopped. The text says what happened and what to do; `code`: exit code."""

    code = 3


class NoPort(FlashError):
    """No board is plugged in, or the port named is not there."""

    code = 10


class NoPermission(FlashError):
    """The port is there, but this user may not open it, or another program has it."""

    code = 11


class ManyBoards(FlashError):
    """Several boards and no choice."""

    code = 12


class WrongChip(FlashError):
    """The chip is not the one that the board file or the image is for."""

    code = 13


class WrongChecksum(FlashError):
    """An image is not the one that the board file pins."""

    code = 14


class NotAnswering(FlashError):
    """The board says nothing."""

    code = 15


class BoardLost(FlashError):
    """The connection broke in the middle; running it again resumes."""

    code = 16


class NoImage(FlashError):
    """The image could not be downloaded or read."""

    code = 17


class NoBoardChosen(FlashError):
    """Which board it is could not be told, and nobody was there to ask."""

    code = 18


class BadSettings(FlashError):
    """Settings that cannot be; nothing was changed."""

    code = 19


class BuildFailed(FlashError):
    """The firmware itself does not compile, or its boot.py has lost its marks."""

    code = 20


class FlashingFailed(FlashError):
    """esptool could not write MicroPython, at any speed."""

    code = 21


class VerifyFailed(FlashError):
    """A file on the device is not what was written."""

    code = 22


class NotHealthy(FlashError):
    """Everything is on the board, but the unit does not say that it is well."""

    code = 23


class TooOld(FlashError):
    """MicroPython on the board is too old and cannot be replaced through this port."""

    code = 24


class Declined(FlashError):
    """The person at the keyboard said no, or was not there to say yes."""

    code = 25


class NotTogether(FlashError):
    """Another board of a group failed, and this one could not go on without it."""

    code = 26


def kinds() -> list:
    """Every error that has an exit code of its own, by that."""
    own = [kind for kind in FlashError.__subclasses__() if "code" in vars(kind)]
    return sorted(own, key=lambda kind: kind.code)
