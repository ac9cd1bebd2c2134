# SPDX-License-Identifier: MIT
"""Composition root: one interruptible second, then the unit; every way out opens the contactor."""

import time

from boot import safe
from hal.shelf import Shelf

shelf = Shelf(("/app", "/core", "/hal"))
with shelf:
    from app.session import CALLS, Session

session = Session()


def run():
    """Run the unit until Ctrl-C; after an error, and for a second time, the board starts again."""
    with shelf:
        try:
            session.start().run()
        # The one broad handler: whatever happened, the contactor opens before anything else.
        except BaseException as error:
            safe()
            session.ended(error)
        finally:
            safe()


def _call(name):
    def call(*given):
        with shelf:
            return session.call(name)(*given)
    return call


for _name in CALLS:
    globals()[_name] = _call(_name)

time.sleep(1)  # mpremote and people get in here, whatever is wrong with the rest
run()
