# SPDX-License-Identifier: MIT
"""The options of ./flash.sh, in one place for the bare Python and for the one in .venv."""

import argparse
import socket
from pathlib import Path

UNITS_MAX = 6


def units(text: str) -> int:
    """Number of virtual units, 1 to 6."""
    if not text.isdigit() or not 1 <= int(text) <= UNITS_MAX:
        raise argparse.ArgumentTypeError("%s is not possible, use 1 to %d" % (text, UNITS_MAX))
    return int(text)


def amperes(text: str) -> int:
    """Whole amperes of a circuit, 1 to 1280."""
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= 1280):
        raise argparse.ArgumentTypeError("%s must be whole amperes, 1 to 1280" % text)
    return int(text)


def broker(text: str) -> tuple:
    """(numeric host, port) of HOST[:PORT]: units look no name up, so that is done here."""
    host, _, port = text.partition(":")
    if port and not (port.isdigit() and len(port) < 6 and 1 <= int(port) <= 65535):
        raise argparse.ArgumentTypeError("%s: the port must be 1 to 65535" % text)
    try:
        return socket.gethostbyname(host), int(port or 1883)
    except (OSError, UnicodeError):
        raise argparse.ArgumentTypeError("%s: there is no host of this name" % text) from None


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
        self._check_group(options)
        return options

    def _check_group(self, options):
        if options.group and options.join:
            self.error("--group makes a group and --join adds to one: say one of them")
        for name in _GROUP_ONLY if not (options.group or options.join) else ():
            if getattr(options, name) != self.get_default(name):
                self.error("--%s is only for --group or --join" % name)
        if options.role and (options.group or options.join):
            self.error("--role: in a group the units get their roles from --group and --join")
        if options.join and len(options.port or ()) < 2:
            self.error("--join wants --port at least twice: first the leader of the group, then "
                       "each board that joins it")
        if options.join and (options.erase or options.leader):
            self.error("--join goes without --erase and --leader: the first --port leads")
        if options.leader and options.port and options.leader not in options.port:
            self.error("--leader %s: must be one of the ports that are named" % options.leader)


_VIRTUAL_ONLY = ("seconds", "speed", "http_port", "blank", "open", "mqtt")
_REAL_ONLY = ("port", "all", "list", "board", "role", "set", "group", "join", "limit", "enable",
              "leader", "labels", "no_labels", "firmware", "baud", "erase", "yes", "dry_run")
_GROUP_ONLY = ("limit", "enable", "leader")


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
        "  ./flash.sh --all --group --limit 60          a group of all that are plugged in\n"
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
                       help="role of a single unit")
    group.add_argument("--set", action="append", metavar="KEY=VALUE",
                       help="any setting, may be given several times (table in README.md); with "
                       "--group and --join also UNIT:KEY=VALUE, for one unit")
    group.add_argument("--group", action="store_true",
                       help="make a new group of these boards; asks for what is missing, shows "
                       "the group, asks once")
    group.add_argument("--join", action="store_true",
                       help="add boards to the group that the first --port leads")
    group.add_argument("--limit", type=amperes, metavar="A",
                       help="with --group or --join: limit of the circuit per phase")
    group.add_argument("--enable", action="store_true",
                       help="with --group or --join: enable sharing at once")
    group.add_argument("--leader", metavar="PORT",
                       help="with --group: the board that leads it, without this the first one")
    group.add_argument("--labels", metavar="FOLDER", default=".",
                       help="where label-SERIAL.svg is written (default: here)")
    group.add_argument("--no-labels", action="store_true", help="show and write no labels")
    group.add_argument("--firmware", metavar="FILE",
                       help="MicroPython image on this computer, instead of a download")
    group.add_argument("--baud", type=int, metavar="N", choices=range(9600, 4000001),
                       help="speed for writing MicroPython (default 460800); slower by itself if "
                       "that fails")
    group.add_argument("--erase", action="store_true",
                       help="erase everything first, settings too; asks before it does")
    group.add_argument("--yes", action="store_true",
                       help="do not ask before erasing, nor before a group is made or changed")
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
    group.add_argument("--mqtt", type=broker, metavar="HOST[:PORT]",
                       help="publish all units to this MQTT broker, for Home Assistant")
    group.add_argument("--blank", action="store_true",
                       help="boards that were never set up: begin at their pages")
    group.add_argument("--open", action="store_true", help="open the leader's page in a browser")
