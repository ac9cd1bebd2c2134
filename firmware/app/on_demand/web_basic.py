# SPDX-License-Identifier: MIT
"""Basic authentication (RFC 7617) for programs that cannot log in as a page does.

Its password travels as it is, so it is one of its own, and opens nothing else.
"""

from binascii import a2b_base64
from hashlib import sha256

_HEAD = 'text/plain\r\nWWW-Authenticate: Basic realm="AmpPool"\r\nContent-Length: 0'
_SLOW_MS = 1000  # a wrong one is answered late


def refusal(web, request):
    """None, or the answer to who has not the password that is set. Any user name will do."""
    password = web.settings().get("openevse_password")
    if not password:
        return None
    said = request.header(b"authorization")
    if not said:
        return 401, _HEAD, ()
    # By their hashes: the time to compare must not tell how much of it was right.
    if said[:6].lower() == "basic " and sha256(_password(said[6:])).digest() == sha256(
            password.encode()).digest():
        return None
    return 401, _HEAD, (_SLOW_MS,)


def _password(text):
    try:
        return a2b_base64(text.strip()).partition(b":")[2]
    except ValueError:
        return b""
