# SPDX-License-Identifier: MIT
"""What the core wants to know of a board file."""


def core_board(board: dict) -> dict:
    """The facts that core/on_demand/settings.py checks; it refuses what it cannot be.

    metered: rule 14 wants a phase that is left out to be seen within 0.2 s; no meter that has a
    driver is so quick and tells a dead phase from a quiet one, so all wired phases count.
    """
    if not isinstance(board, dict):
        return board
    contactor = board.get("contactor")
    return {"nameplate_a": board.get("nameplate_a"), "metered": False,
            "rs485": bool(board.get("rs485")),
            "feedback": isinstance(contactor, dict) and bool(contactor.get("feedback")),
            "ventilation": bool(board.get("ventilation"))}
