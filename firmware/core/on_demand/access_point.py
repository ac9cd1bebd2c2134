# SPDX-License-Identifier: MIT
"""Name and password of a unit's own Wi-Fi, as its label has them.

They follow from serial and label code, so that a label can be printed anew. The password is a hash
of the code that is used for nothing else: a phone that keeps it and shows it to others does not
show the code, which pairs and logs in.
"""

from hashlib import sha256

from core.pairing.on_demand import label_code

_LENGTH = 12  # 60 bits, in the characters of the label code: none looks like another one


def name(serial: str) -> str:
    """serial: 12 hexadecimal digits."""
    return "AmpPool_" + serial[-6:]


def password(code: str) -> str:
    """12 characters. code: the label code, as label_code.make() gives it."""
    digest = sha256(b"ap" + code.replace("-", "").encode()).digest()
    number = int.from_bytes(digest[:8], "big") & ((1 << 60) - 1)
    return label_code.make(number).replace("-", "")[:_LENGTH]
