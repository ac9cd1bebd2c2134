# SPDX-License-Identifier: MIT
"""The options of ./flash.sh, in one place for the bare Python and for the one in .venv."""

import argparse

UNITS_MAX = 6


def units(text: str) -> int:
    """Number of virtual units, 1 to 6."""
    if not text.isdigit() or not 1 <= int(text) <= UNITS_MAX:
        raise argparse.ArgumentTypeError("%s is not possible, use 1 to %d" % (text, UNITS_MAX))
    return int(text)


def above_zero(text: str) -> float:
    """A number above 0 and at most a million (so neither nan nor inf)."""
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value <= 1000000:
        raise argparse.ArgumentTypeError("%s is not a number above 0" % text)
    return value


def flash_parser() -> argparse.ArgumentParser:
    """Parser of ./flash.sh and of `python -m host_tools fleet`."""
    parser = argparse.ArgumentParser(
        prog="./flash.sh", allow_abbrev=False,
        description="Runs virtual AmpPool connectors on this computer, in real time and with the "
        "firmware's own code. Flashing real boards comes next.",
        epilog="Example: ./flash.sh --virtual 6 --seconds 60")
    parser.add_argument("--virtual", nargs="?", const=UNITS_MAX, type=units, metavar="N",
                        help="run N virtual connectors on one circuit, 1 to 6 (default 6)")
    parser.add_argument("--scenario", metavar="FILE",
                        help="play this scenario file instead of the built-in one")
    parser.add_argument("--seconds", type=above_zero, metavar="S",
                        help="stop by itself after S seconds and print a summary")
    parser.add_argument("--speed", type=above_zero, default=1.0, metavar="X",
                        help="run X times as fast as real time (default 1)")
    return parser
