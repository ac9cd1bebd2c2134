# SPDX-License-Identifier: MIT
"""`python -m host_tools COMMAND`: each command is a module with main(arguments) -> exit code."""

import importlib
import sys

_COMMANDS = {
    "simulate": ("host_tools.simulate.cli", "play a scenario file and check the circuit rule"),
    "flash": ("host_tools.flash.cli", "what ./flash.sh does to real boards"),
    "fleet": ("host_tools.fleet.cli", "what ./flash.sh --virtual shows"),
    "campaign": ("host_tools.campaign.cli", "play random scenarios by the thousand"),
    "exhaustive": ("host_tools.exhaustive.cli", "try every order of faults in a small world"),
    "drills": ("host_tools.drills", "play what overloads other projects' circuits"),
    "traceback": ("host_tools.build.traceback", "a board's traceback with the names of the source"),
    "bench": ("host_tools.bench", "measure speed, use of the air, utilisation and settling"),
}


def _usage() -> str:
    lines = ["usage: python -m host_tools COMMAND [OPTIONS]", ""]
    lines += ["  %-10s %s" % (name, entry[1]) for name, entry in sorted(_COMMANDS.items())]
    return "\n".join(lines)


def main(arguments: list) -> int:
    """Runs one command. Exit code 2 if there is no such command."""
    if arguments and arguments[0] in ("-h", "--help"):
        print(_usage())
        return 0
    if not arguments or arguments[0] not in _COMMANDS:
        print(_usage(), file=sys.stderr)
        return 2
    module = importlib.import_module(_COMMANDS[arguments[0]][0])
    return module.main(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
