# SPDX-License-Identifier: MIT
"""Forgetting group and settings, all or nothing.

One renamed file decides: before it is there all is as it was, and once it is there nothing of
before counts. What it says is done at once where nothing runs, else, and after a loss of power, by
the next start or call, before anything is read. It is the last to go.
"""

import os

from core.load import load


def factory_reset(device):
    """Stop the unit if it runs, and forget. device: device.device.Device or None. Raises OSError
    if the flash cannot be written: then nothing is forgotten."""
    files = load("device", "files")
    if device is not None and device.running:
        # Contactor open first. Its tasks could still store what is forgotten: the next start does
        # the rest.
        device.end(SystemExit("factory reset"))
        files.write_json(files.FORGET, True)
        return
    files.write_json(files.FORGET, True)
    finish()


def finish() -> str:
    """Do what a mark asks for. Returns "", or one sentence if the flash refuses."""
    files = load("device", "files")
    if not files.there(files.FORGET):
        return ""
    left = [files.SETTINGS + ".new", files.SETTINGS, files.GROUP_CHANGE + ".new",
            files.GROUP_CHANGE, files.FORGET + ".new"]
    if files.there(files.STORE):
        left += ["%s/%s" % (files.STORE, name) for name in os.listdir(files.STORE)]
    for path in left + [files.FORGET]:
        if files.there(path):
            try:
                os.remove(path)
            except OSError:
                return ("the factory reset cannot be finished: the flash cannot be written (%s)"
                        % path)
    return ""
