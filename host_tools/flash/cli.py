# SPDX-License-Identifier: MIT
"""`./flash.sh` for real boards, once its packages are there: from options to exit code."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from host_tools import boards
from host_tools.flash import (chip, configure, image, labels, one_board, plan, ports, show,
                              wish)
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
    given, by_unit = configure.parse(options.set, options.role)
    facts = configure.board_facts(boards.load(options.board)) if options.board else None
    wanted = wish.of(options, given, by_unit, facts)
    firmware = _firmware(options)
    folder = None if options.no_labels else labels.checked(options.labels)
    if options.dry_run:
        print(plan.text(options, given, wanted, firmware))
        return 0
    chosen = ports.choose(options.port, options.all)
    wish.check_ports(chosen, wanted, given)
    if options.erase:
        _confirm(chosen, options.yes)
    single = len(chosen) == 1 and wanted is None
    ask = _ask if single and sys.stdin.isatty() else one_board.ask_nobody
    view = show.Lines() if single else show.Table(chosen)
    together = Together(chosen, wanted, _person(view)) if wanted else None
    jobs = [one_board.Job(port, options.board, firmware, given, options.erase,
                          options.baud or chip.BAUD_DEFAULT, ask, together)
            for port in chosen]
    if single:
        print("Flashing the board on %s. A vehicle that charges on it is disconnected."
              % chosen[0], flush=True)
    with view:
        if single:
            return _one(jobs[0], view.row(jobs[0].port), folder)
        return _side_by_side(jobs, view, folder, together, wanted)


def _side_by_side(jobs, view, folder, together, wanted) -> int:
    with ThreadPoolExecutor(len(jobs)) as workers:
        try:
            running = [workers.submit(_one, job, view.row(job.port), folder) for job in jobs]
            if together is not None:
                together.decide(lambda made: _agree(made, wanted, view), view.quiet)
            codes = [one.result() for one in running]
        except KeyboardInterrupt:
            view.stopped = True  # every board ends at its next step
            raise
    standing = together.standing() if together else None
    if standing:
        view.keep(standing, False)
    failed = [code for code in codes if code]
    # Those that another one kept from going on say less than that one.
    return next((code for code in failed if code != NotTogether.code), failed[0] if failed else 0)


def _one(job, row, folder) -> int:
    try:
        report = one_board.run(job, row)
    except (FlashError, boards.BoardError) as error:
        row.finish(str(error), False)
        return getattr(error, "code", FlashError.code)
    row.finish("\n".join([_summary(report), *labels.made(report, folder)]), True)
    return 0


class _Person:
    # Who sits at the terminal. tell(text): shown there.
    def __init__(self, view):
        self.tell = view.tell

    def ask(self, text) -> str:
        try:
            return input(text)
        except (EOFError, KeyboardInterrupt):
            print()
            raise Declined("Ended. Nothing was changed.") from None


def _person(view):
    return _Person(view) if sys.stdin.isatty() else None


# One question, and none where nothing new begins.
def _agree(made, wanted, view):
    view.tell("\n" + made.text)
    if wanted.yes or not made.asks:
        return
    person = _person(view)
    if person is None:
        raise Declined("Nothing was changed: without a terminal, say --yes as well if the group "
                       "is to be as shown above.")
    if person.ask("\nIs this right? Type yes: ").strip().lower() != "yes":
        raise Declined("Nothing was changed.")


def _summary(report) -> str:
    lines = ["Done: %s, firmware %s, runs and is verified."
             % (report["board"], report.get("version", "?")),
             "  Serial number  %s" % report.get("serial", "?"),
             "  Role           %s" % _role(report),
             "  Label code     %s   (who knows it can pair the unit)" % report.get("label", "?"),
             *labels.facts(report)]
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
                     "./flash.sh --all --group --limit A (host_tools/flash/README.md).")
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
    if not report["missing"] and report.get("role") == "leader" and not report["enabled"]:
        steps.append("It charges when sharing is enabled: enable(True) at its prompt, or "
                     "./flash.sh --set enabled=yes")
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
