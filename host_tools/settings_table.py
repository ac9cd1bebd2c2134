# SPDX-License-Identifier: MIT
"""The README's table of settings, made from the one table in core/on_demand/settings.py.

`python -m host_tools.settings_table` writes it into README.md; tests/tidy sees when it is old.
"""

import re

from core.on_demand import settings
from core.on_demand.settings_text import text_of
from host_tools import ROOT

README = ROOT / "README.md"
_BEGIN = "<!-- settings: made by `python -m host_tools.settings_table` -->"
_END = "<!-- end of settings -->"


def _default(row) -> str:
    if row.default is None:
        return "must be chosen"
    if row.kind == "bool":
        return "true" if row.default else "false"
    return str(row.default) or "empty"


def markdown() -> str:
    """The settings, then the board facts, as one Markdown table."""
    lines = ["| Setting | Allowed | Default | Meaning |", "|---|---|---|---|"]
    for row in settings.table() + settings.board_table():
        unit = " %s" % row.unit if row.unit else ""
        lines.append("| `%s` | %s%s | %s | %s |" % (
            row.key, settings.allowed(row), unit, _default(row), text_of(row.key)))
    return "\n".join(lines)


def renewed(readme: str) -> str:
    """The README with the present table between its two marks. ValueError: no such marks."""
    pattern = re.escape(_BEGIN) + ".*?" + re.escape(_END)
    if not re.search(pattern, readme, re.DOTALL):
        raise ValueError("README.md has no place for the settings")
    table = "%s\n%s\n%s" % (_BEGIN, markdown(), _END)
    return re.sub(pattern, lambda _: table, readme, flags=re.DOTALL)


if __name__ == "__main__":
    README.write_text(renewed(README.read_text()))
