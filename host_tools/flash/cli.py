# SPDX-License-Identifier: MIT
"""`./flash.sh` for real boards, once its packages are there: from options to exit code."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from host_tools import boards
from host_tools.flash import (chip, configure, group, image, members, one_board, plan, ports,
                              show)
from host_tools.flash.errors import BadSettings, Declined, FlashError, NotTogether
from host_tools.flash.together import Together
from host_tools.options import flash_parser

_ERASE = """This erases everything on %s: the firmware, its settings, its group and its label code.
Other units of its group then hold room for it until you remove it from the group."""


def main(arguments: list) -> int:
    """Exit code: 0 done, 2 wrong options, else that of the first error (flash.errors)."""
    options = flash_parser().parse_args(arguments)
    try:
        return _main(options)
    except (FlashError, boards.BoardError) as error:
        print("%s" % error, file=sys.stderr)
        return getattr(error, "code", FlashError.code)
    except KeyboardInterrupt:
        print("\nEnded by Ctrl-C. Running the same command again goes on where it was.",
              file=sys.stderr)
        return 130


def _main(options) -> int:
    if options.list:
        print(plan.listing())
        return 0
    given = configure.parse(options.set, options.role)
    line = given.pop(configure.MEMBERS, None)
    entries = _checked(options, given, line)
    firmware = _firmware(options)
    if options.dry_run:
        print(plan.text(options, given, entries, firmware))
        return 0
    chosen = ports.choose(options.port, options.all)
    members.check_count(entries, len(chosen), given)
    if options.erase:
        _confirm(chosen, options.yes)
    single = len(chosen) == 1
    ask = _ask if single and sys.stdin.isatty() else one_board.ask_nobody
    view = show.Lines() if single else show.Table(chosen)
    together = Together(chosen, entries, given, view.tell) if entries else None
    jobs = [one_board.Job(port, options.board, firmware, given, options.erase,
                          options.baud or chip.BAUD_DEFAULT, ask, together)
            for port in chosen]
    if single:
        print("Flashing the board on %s. A vehicle that charges on it is disconnected."
              % chosen[0], flush=True)
    with view:
        return _one(jobs[0], view.row(jobs[0].port)) if single else _side_by_side(jobs, view)


def _checked(options, given, line):
    """Entries of `line`, if one was given. Raises BadSettings for what is possible on no board."""
    facts = configure.board_facts(boards.load(options.board)) if options.board else None
    if line is None:
        configure.check(given, facts)
        return []
    if given.get("role", "leader") != "leader":
        raise BadSettings("--role %s: members says who leads, the first; leave --role out"
                          % given["role"])
    configure.check(dict(given, role="leader"), facts)
    entries = members.parse(line, given)
    if facts:
        group.check_rows(entries, given, facts)
    return entries


def _side_by_side(jobs, view) -> int:
    with ThreadPoolExecutor(len(jobs)) as workers:
        try:
            codes = list(workers.map(lambda job: _one(job, view.row(job.port)), jobs))
        except KeyboardInterrupt:
            view.stopped = True  # every board ends at its next step
            raise
    failed = [code for code in codes if code]
    # Those that another one kept from going on say less than that one.
    return next((code for code in failed if code != NotTogether.code), failed[0] if failed else 0)


def _one(job, row) -> int:
    try:
        report = one_board.run(job, row)
    except (FlashError, boards.BoardError) as error:
        row.finish(str(error), False)
        return getattr(error, "code", FlashError.code)
    row.finish(_summary(report), True)
    return 0


def _summary(report) -> str:
    lines = ["Done: %s, firmware %s, runs and is verified."
             % (report["board"], report.get("version", "?")),
             "  Serial number  %s" % report.get("serial", "?"),
             "  Role           %s" % _role(report),
             "  Label code     %s   (write it on the unit; who knows it can pair it)"
             % report.get("label", "?")]
    lines += ["What to do next:"] + ["  - " + step for step in _next(report)]
    return "\n".join(lines)


def _role(report):
    role, unit = report.get("role", "?"), report.get("unit")
    if report["no_group"]:
        return role + ", its group is still to be made"
    return role if unit is None else "%s, unit %d of its group" % (role, unit)


def _next(report) -> list:
    steps = []
    if report["no_group"]:
        steps.append("It does not charge before its group is made, of all its boards at once: "
                     "./flash.sh --all --set members=... (host_tools/flash/README.md).")
    elif report["missing"]:
        steps.append("It does not charge before it is set up, with ./flash.sh --set KEY=VALUE or "
                     "with help_me() at its prompt:" + "".join("\n      " + sentence for sentence
                                                              in report["missing"]))
    if report["board"] == "bench":
        steps.append('At its prompt, bench_vehicle("C", 16) connects a vehicle that draws 16 A.')
    else:
        board = boards.load(report["board"])
        steps += ["Check before mains is connected: " + fact for fact in board["unverified"]]
        steps.append("Mains: only a certified electrician; the checks are in boards/README.md.")
    if not report["missing"] and report.get("role") == "leader":
        steps.append("It charges when sharing is enabled: ./flash.sh --set enabled=yes")
    return steps


def _firmware(options):
    if options.firmware is None:
        return None
    pins = [pin for board in boards.load_all() for pin in board["image"].values()]
    return image.from_file(Path(options.firmware), pins)


def _confirm(chosen, yes):
    if yes:
        return
    print(_ERASE % ", ".join(chosen))
    if not sys.stdin.isatty():
        raise Declined("Nothing was erased: without a terminal, say --yes as well.")
    if input("Type yes to erase: ").strip().lower() != "yes":
        raise Declined("Nothing was erased.")


def _ask(ids) -> str:
    if not ids:
        return one_board.ask_nobody(ids)
    print("\nWhich board is it?")
    for number, board_id in enumerate(ids, 1):
        print("  %d  %-18s %s" % (number, board_id, boards.load(board_id)["name"]))
    answer = input("Number or name: ").strip()
    if answer.isdecimal() and 1 <= int(answer) <= len(ids):
        return ids[int(answer) - 1]
    if answer in ids:
        return answer
    raise BadSettings("There is no board %s in this list. Nothing was changed." % answer)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
