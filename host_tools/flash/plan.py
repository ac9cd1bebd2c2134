# SPDX-License-Identifier: MIT
"""What flashing would do, in words, without touching a board: --dry-run and --list."""

from host_tools import boards
from host_tools.flash import configure, contents, image, ports, wish
from host_tools.flash.errors import ManyBoards, NoPort

_PORTLESS = "none is plugged in now: flashing would stop here"


def listing() -> str:
    """All ports that could be boards, and all board files."""
    found = ports.candidates()
    lines = ["Ports:"] + (["  " + ports.describe(port) for port in found] or ["  none found"])
    lines.append("Boards:")
    for board in boards.load_all():
        lines.append("  %-18s %s" % (board["id"], board["name"]))
        lines.append("  %-18s %s" % ("", board["tried"]))
    return "\n".join(lines)


def text(options, given, wanted, firmware) -> str:
    """The steps, with everything that can be known beforehand. Raises FlashError."""
    board = boards.load(options.board) if options.board else None
    steps = ["Port: " + _ports(options, given, wanted),
             "Chip: asked by MicroPython on the board or, without it, by esptool",
             "Board: " + (board["name"] if board else
                          "the one that the device was flashed as before, or asked for"),
             "MicroPython: " + _image(board, firmware)]
    if options.erase:
        steps.append("Erase: EVERYTHING on the board, with its settings and its group")
    steps.append("Firmware: " + _firmware(board))
    steps.append("Settings: %s; all others on the board stay"
                 % (configure.shown(given if wanted is None else wanted.given) or "none given"))
    if wanted is not None:
        steps += _group(wanted)
    steps.append("Then: verify every file by SHA-256, restart, wait until the unit is healthy")
    lines = ["%d. %s" % (number, step) for number, step in enumerate(steps, 1)]
    return "\n".join(["This would happen, in this order; nothing was touched:"] + lines)


def _group(wanted):
    each = ["unit %d: %s" % (unit, configure.shown(own)) for unit, own in wanted.by_unit.items()]
    steps = ["Settings of one unit: %s" % "; ".join(each)] if each else []
    if wanted.joins:
        return steps + ["Group: the one that the first board leads; refused if it leads none, or "
                        "another board is in another group. What is missing is asked for, the "
                        "group is shown, and one question asked",
                        "Its key: read from the leader, given to those that come, shown nowhere"]
    return steps + ["Group: a new one of these boards, numbered in the order of the ports; "
                    "%s leads; refused if a board is in a group. What is missing is asked for, "
                    "the group is shown, and one question asked"
                    % (wanted.leader or "unit 1, the first,"),
                    "Key: 32 random bytes, given to the leader, then to the others, and kept "
                    "nowhere else"]


def _ports(options, given, wanted):
    try:
        chosen = ports.choose(options.port, options.all)
    except (NoPort, ManyBoards) as error:
        return _PORTLESS if isinstance(error, NoPort) and not options.port else str(error)
    wish.check_ports(chosen, wanted, given)
    return ", ".join(chosen)


def _image(board, firmware):
    needed = "written if the board's is older than %d.%d.%d" % image.OLDEST
    if firmware is not None:
        version = "%d.%d.%d" % firmware.version if firmware.version else "of unknown version"
        return "%s from %s, written unless the board has it already" % (version, firmware.path)
    if board is None:
        return "the one that the board file pins, " + needed
    return "; ".join("%s %s (%s), %s" % (
        pin["name"], pin["version"],
        "downloaded already" if image.cached(pin) else "from " + pin["url"], needed)
        for _, pin in sorted(board["image"].items()))


def _firmware(board):
    if board is None:
        return "compiled, then only what differs is copied and what is gone is removed"
    files = contents.files(board)
    return ("%d files, %d bytes compiled; only what differs is copied, what is gone is removed"
            % (len(files), sum(len(content) for content in files.values())))
