# SPDX-License-Identifier: MIT
"""`python -m host_tools traceback < traceback.txt`: what a board has printed, with the names of
the source; refused unless this source makes the build that the board names."""

import argparse
import sys

from host_tools.build.firmware import ROOT_MODULE, BuildError, Firmware


def main(arguments: list) -> int:
    """Exit code 1: refused."""
    argparse.ArgumentParser(prog="python -m host_tools traceback",
                            description=__doc__).parse_args(arguments)
    try:
        sys.stdout.write(Firmware(root=ROOT_MODULE).readable(sys.stdin.read()))
    except BuildError as error:
        print("Refused: %s." % error, file=sys.stderr)
        return 1
    return 0
