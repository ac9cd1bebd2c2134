# SPDX-License-Identifier: MIT
"""The flash from which core.load.load() takes files of on_demand: one that tests break."""

import builtins
from contextlib import contextmanager

from core.load import let_go


class Flash:
    """instead: {name: module} given in place of a file, None: it is
    broken; sets: {name: {attribute: value}} set in a
    file whenever it is loaded. wanted: names of all that were loaded. broken: nothing can be;
    missing: number, from 1, of the one in `wanted` that cannot."""

    def __init__(self, load):
        self.instead, self.sets, self.wanted = {}, {}, []
        self.broken, self.missing = False, 0
        self._load = load

    def load(self, name, *given):
        """As Python's own `__import__`."""
        if ".on_demand." not in name:
            return self._load(name, *given)
        self.wanted.append(name)
        module = self.instead.get(name, self)
        if self.broken or len(self.wanted) == self.missing or module is None:
            raise OSError(5)
        if module is not self:
            return module
        module = self._load(name, *given)
        for key, value in self.sets.get(name, {}).items():
            setattr(module, key, value)
        return module


@contextmanager
def flash(monkeypatch):
    """All is loaded anew, with the chip that is there now; afterwards nothing of it is left."""
    let_go()
    made = Flash(builtins.__import__)
    with monkeypatch.context() as patch:
        patch.setattr(builtins, "__import__", made.load)
        yield made
    let_go()
