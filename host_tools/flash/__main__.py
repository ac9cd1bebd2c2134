# SPDX-License-Identifier: MIT
"""What ./flash.sh runs, on a bare Python: reads the options, then hands over to .venv.

Options are read before anything is installed, so that --help and a mistyped option answer at
once. Standard library only.
"""

import os
import sys

from host_tools.environment import SetupError, ensure
from host_tools.options import flash_parser


def main(arguments: list) -> int:
    """Exit code: 1 not possible, 2 wrong options; else that of the program handed over to."""
    options = flash_parser().parse_args(arguments)
    virtual = options.virtual is not None or options.scenario is not None
    try:
        python = ensure("run")
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    # Replaces this process, so that Ctrl-C and the exit code need nobody in between.
    os.execv(python, [str(python), "-m", "host_tools", "fleet" if virtual else "flash",
                      *arguments])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
