# SPDX-License-Identifier: MIT
"""What a person sees: steps of one board, or one line for each of several."""

import sys
import threading
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn


class Lines:
    """One board: each step on a line of its own, with its progress where there is a terminal."""

    def __init__(self):
        self._console = Console(highlight=False, soft_wrap=True)
        self._text = ""
        self._open = False

    def row(self, port: str):
        """The face that a board's steps are told to."""
        return self

    def __call__(self, text: str, part=None):
        """A step, and how much of it is done (0 to 1) if that can be told."""
        if not self._console.is_terminal:
            if text != self._text:
                print("  " + text, flush=True)
        elif part is None:
            self._end_line()
            print("  " + text, end="", flush=True)
            self._open = True
        else:
            if text.split(" /")[0] != self._text.split(" /")[0]:
                self._end_line()
            print("\r\033[K  %s  %d %%" % (text, part * 100), end="", flush=True)
            self._open = True
        self._text = text

    def tell(self, text: str):
        """What is to be read before it goes on."""
        self._end_line()
        print(text, flush=True)

    def finish(self, text: str, ok: bool):
        """The board is done with, well or not."""
        self._end_line()
        print(text, file=sys.stdout if ok else sys.stderr, flush=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end_line()

    def _end_line(self):
        if self._open:
            print(flush=True)
        self._open = False


class Table:
    """Several boards side by side: one progress line each, the results after all are done."""

    def __init__(self, ports):
        console = Console(highlight=False)
        self._live = console.is_terminal
        self._progress = Progress(TextColumn("{task.fields[port]}"), BarColumn(bar_width=20),
                                  TextColumn("{task.description}"), console=console,
                                  disable=not self._live)
        self._tasks = {port: self._progress.add_task("waiting", total=1.0, port=port)
                       for port in ports}
        self._lock = threading.Lock()
        self._results = []
        self.stopped = False

    def row(self, port: str):
        """The face that one board's steps are told to."""
        return _Row(self, port)

    def update(self, port, text, part):
        """Changes the line of one board."""
        self._progress.update(self._tasks[port], description=text,
                              completed=0.0 if part is None else part)

    def say(self, port, text):
        """A step, where there is no terminal."""
        if not self._live:
            with self._lock:
                print("%s  %s" % (port, text), flush=True)

    def tell(self, text: str):
        """What is to be read before it goes on, above the lines."""
        with self._lock:
            if self._live:
                self._progress.console.print(text, markup=False, highlight=False,
                                             soft_wrap=True)
            else:
                print(text, flush=True)

    @contextmanager
    def quiet(self):
        """Meanwhile somebody is asked: no line moves."""
        self._progress.stop()
        try:
            yield
        finally:
            self._progress.start()

    def keep(self, text, ok):
        """A result, to be printed below the lines."""
        with self._lock:
            self._results.append((text, ok))

    def __enter__(self):
        self._progress.start()
        return self

    def __exit__(self, *_):
        self._progress.stop()
        for text, ok in self._results:
            print("\n" + text, file=sys.stdout if ok else sys.stderr, flush=True)


class _Row:
    def __init__(self, table, port):
        self._table = table
        self._port = port
        self._text = ""

    def __call__(self, text, part=None):
        if self._table.stopped:
            raise KeyboardInterrupt
        self._table.update(self._port, text, part)
        if text.split(" /")[0] != self._text.split(" /")[0]:
            self._table.say(self._port, text)
        self._text = text

    def finish(self, text, ok):
        self._table.update(self._port, "done" if ok else "failed", 1.0 if ok else 0.0)
        self._table.say(self._port, "done" if ok else "failed")
        self._table.keep("%s: %s" % (self._port, text), ok)
