# SPDX-License-Identifier: MIT
"""Composition root: one interruptible second, then the unit; every way out opens the contactor."""

import time

from boot import safe
from hal.shelf import Shelf
from micropython import kbd_intr

shelf = Shelf(("/app", "/core", "/hal"))
with shelf:
    from app.session import Session

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


# Only for the prompt: a unit that runs needs their memory.
def _offer_calls():
    kbd_intr(-1)  # a second Ctrl-C is usual, and must not leave half of them
    try:
        with shelf:
            from app.calls import CALLS
        for name in CALLS:
            globals()[name] = _call(name)
    finally:
        kbd_intr(3)


try:
    time.sleep(1)  # mpremote and people get in here, whatever is wrong with the rest
    run()
finally:
    _offer_calls()
