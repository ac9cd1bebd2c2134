# SPDX-License-Identifier: MIT
"""The fuzzer's own process: python -m tests.fuzz.worker TARGET [options of libFuzzer] FOLDER.

A process of its own because the fuzzer ends it.
"""

import sys
import tempfile

import atheris

from tests.fuzz import play


def main(name, options):
    """Plays to the target what the fuzzer makes up, until that ends the process."""
    # What is imported in here counts its branches.
    with atheris.instrument_imports(include=list(play.WATCHED[name])), \
            tempfile.TemporaryDirectory() as folder, play.player(name, folder) as one:
        atheris.Setup([sys.argv[0], *options], lambda data: one(data))
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
