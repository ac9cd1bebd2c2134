# SPDX-License-Identifier: MIT
"""JSON files of the device: written aside and renamed, so that one is never half written."""

import json
import os


def read_json(path: str):
    """The value of a file. Raises ValueError that names the file if it cannot be read."""
    try:
        with open(path) as file:
            return json.load(file)
    except OSError:
        raise ValueError("%s is missing: flash the board again" % path)
    except ValueError:
        raise ValueError("%s is not valid JSON: flash the board again" % path)


def write_json(path: str, value):
    """Replace a file; it holds the old or the new value at every moment."""
    with open(path + ".new", "w") as file:
        json.dump(value, file)
        file.flush()
    if hasattr(os, "sync"):
        os.sync()
    os.rename(path + ".new", path)
