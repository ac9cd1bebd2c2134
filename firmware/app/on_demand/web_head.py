# SPDX-License-Identifier: MIT
"""A request, as web_request.py reads one: in a file of its own, for whoever holds a request holds
that too."""

from app.web import Refused


class Request:
    """method, path, query: texts; head: its header lines, bytes; body: bytes."""

    __slots__ = ("method", "path", "query", "head", "body")

    def header(self, name: bytes) -> str:
        """Value of a header, "" if there is none. name: in small letters. Raises Refused if it
        comes twice: two readers might take different ones."""
        small = self.head.lower()
        at = small.find(b"\r\n" + name + b":")
        if at < 0:
            return ""
        begin = at + len(name) + 3
        if small.find(b"\r\n" + name + b":", begin) >= 0:
            raise Refused(400)
        value = self.head[begin:self.head.find(b"\r\n", begin)].strip()
        plain(value)
        return value.decode()


def plain(data):
    """Raises Refused if there is anything but printable ASCII."""
    for byte in data:
        if not 31 < byte < 127:
            raise Refused(400)
