# SPDX-License-Identifier: MIT
"""The options of ./flash.sh, in one place for the bare Python and for the one in .venv."""

import argparse
from pathlib import Path

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
        raise argparse.ArgumentTypeError("%s must be a number above 0, at most 1000000" % text)
    return value


def boards() -> list:
    """Names of the board files. The rest of them is read once the packages are there."""
    folder = Path(__file__).resolve().parent.parent / "boards"
    return sorted(path.stem for path in folder.glob("*.json") if path.stem != "schema")


class _Parser(argparse.ArgumentParser):
    # Options of the one use make no sense in the other: said, not ignored.
    def parse_args(self, args=None, namespace=None):
        options = super().parse_args(args, namespace)
        virtual = options.virtual is not None or options.scenario is not None
        for name in _VIRTUAL_ONLY if not virtual else _REAL_ONLY:
            if getattr(options, name) != self.get_default(name):
                self.error("--%s %s --virtual or --scenario"
                           % (name.replace("_", "-"), "is only for" if not virtual
                              else "is for real boards, not for"))
        if options.all and options.port:
            self.error("--all finds the ports by itself: without --port")
        return options


_VIRTUAL_ONLY = ("seconds", "speed", "http_port", "blank", "open")
_REAL_ONLY = ("port", "all", "list", "board", "role", "set", "firmware", "baud", "erase", "yes",
              "dry_run")


def flash_parser() -> argparse.ArgumentParser:
    """Parser of ./flash.sh and of `python -m host_tools flash` and `fleet`."""
    parser = _Parser(
        prog="./flash.sh", allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Puts MicroPython and AmpPool on an ESP32 board and starts it. With exactly "
        "one board plugged in\nit needs no options. With --virtual it runs connectors on this "
        "computer instead.",
        epilog="Examples:\n"
        "  ./flash.sh                                   the one board that is plugged in\n"
        "  ./flash.sh --board smartevse_v31 --role leader --set region=iec --set breaker_a=16\n"
        "  ./flash.sh --virtual 6 --seconds 60          six virtual connectors for a minute")
    _add_real(parser.add_argument_group("real boards"))
    _add_virtual(parser.add_argument_group("virtual connectors"))
    return parser


def _add_real(group):
    group.add_argument("--port", action="append", metavar="PORT",
                       help="serial port or any pyserial URL, may be given several times; without "
                       "it the one that is plugged in")
    group.add_argument("--all", action="store_true", help="every board that is plugged in")
    group.add_argument("--list", action="store_true", help="show ports and boards, do nothing")
    group.add_argument("--board", choices=boards(), metavar="BOARD",
                       help="board file: %s; without it as before, or asked for"
                       % ", ".join(boards()))
    group.add_argument("--role", choices=("leader", "follower", "alone"),
                       help="role of the unit; in a group its leader and members= say it")
    group.add_argument("--set", action="append", metavar="KEY=VALUE",
                       help="any setting, may be given several times (table in README.md); "
                       "members=... makes a group")
    group.add_argument("--firmware", metavar="FILE",
                       help="MicroPython image on this computer, instead of a download")
    group.add_argument("--baud", type=int, metavar="N", choices=range(9600, 4000001),
                       help="speed for writing MicroPython (default 460800); slower by itself if "
                       "that fails")
    group.add_argument("--erase", action="store_true",
                       help="erase everything first, settings too; asks before it does")
    group.add_argument("--yes", action="store_true", help="do not ask before erasing")
    group.add_argument("--dry-run", action="store_true", help="print the plan, do nothing")


def _add_virtual(group):
    group.add_argument("--virtual", nargs="?", const=UNITS_MAX, type=units, metavar="N",
                       help="run N virtual connectors on one circuit, 1 to 6 (default 6)")
    group.add_argument("--scenario", metavar="FILE",
                       help="play this scenario file instead of the built-in one")
    group.add_argument("--seconds", type=above_zero, metavar="S",
                       help="stop by itself after S seconds and print a summary")
    group.add_argument("--speed", type=above_zero, default=1.0, metavar="X",
                       help="run X times as fast as real time (default 1)")
    group.add_argument("--http-port", type=int, metavar="N", choices=range(1, 65535),
                       help="the leader's page is on this port of 127.0.0.1, the others' on the "
                       "next ones (default 8080)")
    group.add_argument("--blank", action="store_true",
                       help="boards that were never set up: begin at their pages")
    group.add_argument("--open", action="store_true", help="open the leader's page in a browser")
