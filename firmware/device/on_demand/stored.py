# SPDX-License-Identifier: MIT
"""Board and settings as the flash has them, checked before anything uses one of them."""

from core.load import load


class Stored:
    """board: the board file; given: the settings as stored; facts: what the core wants of the
    board. errors: sentences of what cannot be; values: all settings, or {} if one cannot be: then
    the radio opens as it does by default, and whoever asks can be told why nothing charges.

    Raises ValueError if there is no board file.
    """

    def __init__(self):
        files = load("device", "files")
        self.board = files.read_json(files.BOARD)
        self.errors = []
        self.given = files.read_table(files.SETTINGS, self.errors)
        self.facts = load("hal", "facts").core_board(self.board)
        values, errors = load("core", "settings").validate(self.given, self.facts)
        self.values = {} if errors or self.errors else values
