# SPDX-License-Identifier: MIT
"""One board from bare chip to running unit. Every step looks first and does only what is needed,
so that a run that broke is resumed by the next one."""

import json
from collections import namedtuple

from host_tools import boards, chips
from host_tools.flash import chip, configure, contents, files, health, image, stored
from host_tools.flash.errors import (BadSettings, BoardLost, BuildFailed, FlashError,
                                     NoBoardChosen, NotAnswering, NotTogether, TooOld, WrongChip)
from host_tools.flash.link import Link
from host_tools.flash.ports import has_reset_lines
from host_tools.flash.seats import Told
from host_tools.flash.start import Start

# What was asked for. board: id or None; firmware: path or None; given: parsed settings;
# erase: already confirmed; choose: called with a list of board ids, returns one or raises;
# group: together.Together of the boards that become one, or None.
Job = namedtuple("Job", ("port", "board", "firmware", "given", "erase", "baud", "choose",
                         "group"), defaults=(None,))
# What MicroPython says of itself. chip: key of chips.CHIPS or ''.
_About = namedtuple("_About", ("version", "chip", "runs_bytecode"))
# What is to be stored. place: seats.Place in the group that is made, or None; outcome:
# settings_policy.Outcome.
_Decided = namedtuple("_Decided", ("found", "facts", "place", "outcome"))
_ABOUT = """import sys
i=sys.implementation
print(i.name,'.'.join([str(n) for n in i.version[:3]]),getattr(i,'_mpy',0))
print(getattr(i,'_machine',''))
"""
# Nothing was changed on this board then.
_REFUSED = (BadSettings, BuildFailed, NoBoardChosen, NotTogether, WrongChip, boards.BoardError)
_MPY = 6  # format of compiled files
_NO_LINES = "cannot reset the board through this port: going on with what is on it"


def run(job: Job, show) -> dict:
    """Flashes one board. show(text, part of 1 or None). Returns its report; raises FlashError."""
    report = None
    try:
        report = _run(job, show)
        return report
    finally:
        if job.group is not None:  # whatever happened, the others do not wait for it
            job.group.end(job.port, report is not None)


def _run(job, show):
    if not has_reset_lines(job.port):
        show(_NO_LINES, None)
    link, about = _look(job, show)
    try:
        known = about is not None and about.chip != ""
        board = _board(job, about.chip, link) if known else None
        decided = _decided(job, link, board, show) if known else None
        if not known or job.erase or _image_needed(job, about):
            if link is not None:
                link.close()
                link = None
            if not known and job.group is not None:
                board, decided = _decided_blank(job, show)
            board = _write_image(job, about, board, show)
            link, about = _return(job, show)
            if about.version < image.OLDEST:
                raise TooOld(_too_old(job, about))
            decided = _decided(job, link, board, show, decided)
        return _complete(job, link, board, decided, show)
    except _REFUSED:
        _run_on(link)
        raise
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
    configure.check(job.given, configure.board_facts(board))
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


# A chip that has no MicroPython yet has nothing else: what it gets in a group is known before it
# is written, from the number that its loader tells.
def _decided_blank(job, show):
    reset = has_reset_lines(job.port)
    show("asking the chip what it is", None)
    board = _board(job, chip.detect(job.port, reset), None)
    serial = chip.serial(job.port, reset)
    if serial is None:
        return board, None  # it is asked when MicroPython is on it
    return board, _decision(job, stored.nothing(serial), board, None, show)


# Before anything is written, and again when MicroPython was: it may have taken files with it.
def _decided(job, link, board, show, before=None):
    found = stored.read(link)
    if job.erase and before is None:  # it is gone when this counts
        found = stored.nothing(found.serial)
    protocol = stored.protocol(link) if job.group is not None and job.group.joins else None
    return _decision(job, found, board, protocol, show, before)


def _decision(job, found, board, protocol, show, before=None):
    facts = configure.board_facts(board)
    place = before.place if before else None
    if place is not None:
        _check_same(job, found, before)
    elif job.group is not None:
        place = job.group.place(Told(job.port, found, facts, board["id"], protocol), show)
    # What an interrupted run has left is forgotten when a group is made.
    joins = found.joins if place is None else None
    given, rows = (place.given, place.rows) if place else (job.given, ())
    return _Decided(found, facts, place, configure.merged(found, given, facts, joins, rows))


# Writing MicroPython may leave files of a board that could not be asked before.
def _check_same(job, found, before):
    if found.serial != before.found.serial:
        raise BadSettings("The board on %s is another one than before: leave the boards plugged "
                          "in, and run the same command again." % job.port)
    if found.group is not None and before.found.group is None:
        raise BadSettings("The board on %s is in a group, which could not be seen before: run the "
                          "same command again." % job.port)


def _complete(job, link, board, decided, show):
    found, facts, place, outcome = decided
    asked = place.asked if place else None
    stored.finish_reset(link)
    copied = _bring(link, board, show)
    # Units that come are proposed to the group when they are ready to be told, not before.
    late = place is not None and place.rows
    if not late and (found.settings is None or (place or job).given):
        _store(link, found, outcome, asked, show)
    if place:
        _join(job, link, found, asked, show)
    if late:
        _store(link, found, outcome, asked, show)
    start = Start(outcome.settings, facts, found.serial, found.group, asked)
    missing = start.errors if start.no_group else start.unfit
    report = health.wait(link, missing, show)
    return dict(report, board=board["id"], copied=copied, missing=missing,
                no_group=start.no_group, enabled=outcome.settings.get("enabled", False),
                unit=configure.number_of(found) if asked is None else place.unit)


# The change first: a lower limit that is only stored would be believed, and not kept.
def _store(link, found, outcome, asked, show):
    if outcome.change is not None:
        show("storing what the leader is to propose to its group", None)
        files.write(link, stored.GROUP_CHANGE, configure.encode(outcome.change))
    elif asked and found.change is not None:
        files.remove(link, [stored.GROUP_CHANGE])  # it was meant for an earlier group
    show("storing settings", None)
    files.write(link, stored.SETTINGS, configure.encode(outcome.settings))


def _bring(link, board, show):
    """Makes the files on the device equal to ours. How many were written."""
    show("compiling the firmware", None)
    wanted = contents.files(board)
    show("comparing files", None)
    changes = files.Changes(wanted, files.present(link), _listed(link))
    if changes.nothing():
        show("all %d files are on the board already" % len(wanted), None)
        return 0
    show("copying %d of %d files" % (len(changes.write), len(wanted)), None)
    files.apply(link, changes, wanted, lambda path, part: show("copying " + path, part))
    show("verifying", None)
    files.verify(link, wanted)
    return len(changes.write)


def _join(job, link, found, asked, show):
    # What an interrupted run has left must not begin beside this one.
    if found.joins:
        stored.forget_join(link)
    job.group.turn(job.port, show)
    if asked:
        show("storing its group", None)
        stored.join(link, asked)


# What was there before goes on: a unit that was only asked must not stand still afterwards.
def _run_on(link):
    try:
        if link is not None:
            link.reset()
    except FlashError:
        pass  # then it starts when it is plugged in again


def _listed(link):
    try:
        return list(json.loads(files.read(link, contents.MANIFEST) or b"{}"))
    except ValueError:
        return []


def ask_nobody(ids: list) -> str:
    """Job.choose where nobody can be asked. Raises NoBoardChosen unless only one is possible."""
    raise NoBoardChosen("Which board is it? Say so with --board. For this chip there are: %s."
                        % (", ".join(ids) or "none"))
