# SPDX-License-Identifier: MIT
"""`python -m host_tools COMMAND`: each command is a module with main(arguments) -> exit code."""

import importlib
import sys

_COMMANDS = {
    "simulate": ("simulate.cli", "play a scenario file and check the circuit rule"),
    "flash": ("flash.cli", "what ./flash.sh does to real boards"),
    "fleet": ("fleet.cli", "what ./flash.sh --virtual shows"),
    "campaign": ("verify.campaign.cli", "play random scenarios by the thousand"),
    "exhaustive": ("verify.exhaustive.cli", "try every order of faults in a small world"),
    "drills": ("verify.drills", "play what overloads other projects' circuits"),
    "page": ("build.page", "join and compress the page of the firmware"),
    "page-pictures": ("build.pictures", "take the pictures of the page in README"),
    "home-picture": ("home_assistant.picture", "take the picture of Home Assistant in README"),
    "traceback": ("build.traceback", "give a board's traceback the names of the source"),
    "bench": ("bench.cli", "measure speed, use of the air, utilisation and settling"),
}


def _usage() -> str:
    lines = ["usage: python -m host_tools COMMAND [OPTIONS]", ""]
    lines += ["  %-13s %s" % (name, entry[1]) for name, entry in sorted(_COMMANDS.items())]
    return "\n".join(lines)


def main(arguments: list) -> int:
    """Runs one command. Exit code 2 if there is no such command."""
    if arguments and arguments[0] in ("-h", "--help"):
        print(_usage())
        return 0
    if not arguments or arguments[0] not in _COMMANDS:
        print(_usage(), file=sys.stderr)
        return 2
    module = importlib.import_module("host_tools." + _COMMANDS[arguments[0]][0])
    return module.main(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
