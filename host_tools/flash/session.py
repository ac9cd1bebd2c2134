# SPDX-License-Identifier: MIT
"""One board from bare chip to running unit. Every step looks first and does only what is needed,
so that a run that broke is resumed by the next one."""

import json
from collections import namedtuple

from host_tools import boards, chips
from host_tools.flash import build, chip, configure, files, health, image
from host_tools.flash.errors import (BoardLost, NoBoardChosen, NotAnswering, TooOld, WrongChip)
from host_tools.flash.link import Link
from host_tools.flash.numbers import Told
from host_tools.flash.ports import has_reset_lines

# What was asked for. board: id or None; firmware: path or None; given: parsed settings;
# erase: already confirmed; choose: called with a list of board ids, returns one or raises;
# numbers: numbers.Numbers of several boards, or None for one alone.
Job = namedtuple("Job", ("port", "board", "firmware", "given", "erase", "baud", "choose",
                         "numbers"), defaults=(None,))
# What MicroPython says of itself. chip: key of chips.CHIPS or ''.
_About = namedtuple("_About", ("version", "chip", "runs_bytecode"))
_ABOUT = """import sys
i=sys.implementation
print(i.name,'.'.join([str(n) for n in i.version[:3]]),getattr(i,'_mpy',0))
print(getattr(i,'_machine',''))
"""
_MPY = 6  # format of compiled files
_NO_LINES = "cannot reset the board through this port: going on with what is on it"


def run(job: Job, show) -> dict:
    """Flashes one board. show(text, part of 1 or None). Returns its report; raises FlashError."""
    try:
        return _run(job, show)
    finally:
        if job.numbers is not None:
            job.numbers.leave(job.port)  # whatever happened, the others do not wait for it


def _run(job, show):
    if not has_reset_lines(job.port):
        show(_NO_LINES, None)
    link, about = _look(job, show)
    try:
        known = about is not None and about.chip != ""
        board = _board(job, about.chip, link) if known else None
        if not known or job.erase or _image_needed(job, about):
            if link is not None:
                link.close()
            board = _write_image(job, about, board, show)
            link, about = _return(job, show)
        return _complete(job, link, about, board, show)
    finally:
        if link is not None:
            link.close()


def _look(job, show):
    show("looking for MicroPython", None)
    link = Link(job.port)
    try:
        link.enter()
        return link, _about(link)
    except NotAnswering:
        link.close()
        return None, None
    except BaseException:
        link.close()
        raise


def _about(link):
    first, machine = (link.run(_ABOUT).splitlines() + [""])[:2]
    name, version, mpy = first.split()
    if name != "micropython":
        return _About((0, 0, 0), "", False)
    return _About(image.numbers(version), chips.known(machine), int(mpy) & 0xFF == _MPY)


def _board(job, chip_key, link):
    if job.board:
        chosen = job.board
    else:
        stored = files.read(link, "/board.json") if link else None
        chosen = _id_in(stored) or job.choose(fitting(chip_key))
    board = boards.load(chosen)
    if board["mcu"] not in ("any", chip_key) or chip_key not in board["image"]:
        raise WrongChip("Board %s has an %s, but the chip on %s is an %s. Boards for it: %s."
                        % (chosen, _name(board["mcu"]), job.port, _name(chip_key),
                           ", ".join(fitting(chip_key)) or "none"))
    return board


def fitting(chip_key: str) -> list:
    """Ids of the boards that a chip may sit on."""
    return [board["id"] for board in boards.load_all()
            if board["mcu"] in ("any", chip_key) and chip_key in board["image"]]


def _name(chip_key):
    return chips.CHIPS[chip_key].name if chip_key in chips.CHIPS else "unknown chip"


def _id_in(stored):
    try:
        found = json.loads(stored)["id"] if stored else None
    except (ValueError, KeyError, TypeError):
        return None
    return found if found in boards.ids() else None


def _image_needed(job, about):
    if job.firmware is not None:
        return job.firmware.version is None or job.firmware.version != about.version
    return about.version < image.OLDEST or not about.runs_bytecode


def _write_image(job, about, board, show):
    reset = has_reset_lines(job.port)
    show("asking the chip what it is", None)
    try:
        chip_key = chip.detect(job.port, reset)
    except NotAnswering:
        if about is not None and not job.erase:
            raise TooOld(_too_old(job, about)) from None
        raise
    board = _board(job, chip_key, None) if board is None else board
    if chip_key not in board["image"]:
        raise WrongChip("Board %s is not for the chip on %s, an %s."
                        % (board["id"], job.port, _name(chip_key)))
    source = job.firmware or image.pinned(
        board["image"][chip_key], lambda part: show("downloading MicroPython", part))
    show("writing MicroPython", 0.0)
    chip.write(job.port, chip_key, source.path, job.baud, job.erase, reset, show)
    return board


def _too_old(job, about):
    return ("MicroPython on %s is %d.%d.%d: %d.%d.%d or newer is needed, and the chip's loader "
            "does not answer through this port. Hold BOOT while you plug it in (or press RESET), "
            "and run this again." % ((job.port,) + about.version + image.OLDEST))


def _return(job, show):
    if not has_reset_lines(job.port):
        show("press RESET on the board now (up to 60 s)", None)
    else:
        show("starting MicroPython", None)
    link = Link(job.port)
    try:
        link.enter(30 if link.can_reset else 60)
        return link, _about(link)
    except NotAnswering:
        link.close()
        raise BoardLost("MicroPython was written, but does not start on %s. Press RESET and run "
                        "the same command again; it goes on where it was." % job.port) from None
    except BaseException:
        link.close()
        raise


def _complete(job, link, about, board, show):
    if about.version < image.OLDEST:
        raise TooOld(_too_old(job, about))
    stored = files.read(link, configure.PATH)
    given = _numbered(job, stored, configure.board_facts(board), show)
    merged, missing = configure.merge(stored, given, configure.board_facts(board))
    show("compiling the firmware", None)
    wanted = build.files(board)
    show("comparing files", None)
    changes = files.Changes(wanted, files.present(link), _listed(link))
    if changes.nothing():
        show("all %d files are on the board already" % len(wanted), None)
    else:
        show("copying %d of %d files" % (len(changes.write), len(wanted)), None)
        files.apply(link, changes, wanted, lambda path, part: show("copying " + path, part))
        show("verifying", None)
        files.verify(link, wanted)
    if stored is None or given:
        show("storing settings", None)
        change = configure.group_change(stored, files.read(link, configure.GROUP_CHANGE), given)
        files.write(link, configure.PATH, configure.encode(merged))
        if change:
            show("storing what the leader is to propose to its group", None)
            files.write(link, configure.GROUP_CHANGE, change)
    report = health.wait(link, missing, show)
    return dict(report, board=board["id"], copied=len(changes.write), missing=missing,
                unit_id=merged.get("unit_id", "none"))


def _numbered(job, stored, facts, show):
    """What was given, with a unit number if this board is one of several and has none."""
    if job.numbers is None:
        return job.given
    values = configure.merge(stored, job.given, facts)[0]
    number = job.numbers.settle(Told(job.port, values, facts), show)
    if number is None or number == values.get("unit_id"):
        return job.given
    return dict(job.given, unit_id=number)


def _listed(link):
    try:
        return list(json.loads(files.read(link, build.MANIFEST) or b"{}"))
    except ValueError:
        return []


def ask_nobody(ids: list) -> str:
    """Job.choose where nobody can be asked. Raises NoBoardChosen unless only one is possible."""
    raise NoBoardChosen("Which board is it? Say so with --board. For this chip there are: %s."
                        % (", ".join(ids) or "none"))
