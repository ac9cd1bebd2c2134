# SPDX-License-Identifier: MIT
"""What an owner says of the group, as one: in the firmware each thing has a file of its own."""

from core.sharing.on_demand.going_on import go_on_without
from core.sharing.on_demand.handing_over import hand_over
from core.sharing.on_demand.promoting import lead_again, promote
from core.sharing.on_demand.replacing import replace
from core.sharing.on_demand.without import without_power, word_without_power

__all__ = ("go_on_without", "hand_over", "lead_again", "promote", "replace", "without_power",
           "word_without_power")
