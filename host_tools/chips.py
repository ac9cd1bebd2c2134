# SPDX-License-Identifier: MIT
"""Which pins of which chip can do what, as far as a board file could get it wrong.

From the chips' data sheets. Only ADC1 works while the radio is on.
"""

from collections import namedtuple

# count: pins are 0 to count - 1 except `missing`. adc1, adc2: pins with an analog input.
# strapping: their level at reset decides how the chip starts. input_only: no output and no pull.
# console: the serial prompt's, or the USB port's. restless: they change by themselves at the
# start. offset: where in the flash an image begins.
Chip = namedtuple("Chip", ("name", "count", "missing", "adc1", "adc2", "strapping", "input_only",
                           "console", "restless", "offset"))

CHIPS = {
    "esp32": Chip("ESP32", 40, (20, 24, 28, 29, 30, 31), tuple(range(32, 40)),
                  (0, 2, 4, 12, 13, 14, 15, 25, 26, 27), (0, 2, 5, 12, 15),
                  tuple(range(34, 40)), (1, 3), (14,), 0x1000),
    "esp32s2": Chip("ESP32-S2", 47, (22, 23, 24, 25), tuple(range(1, 11)), tuple(range(11, 21)),
                    (0, 45, 46), (46,), (19, 20, 43, 44), (), 0x1000),
    "esp32s3": Chip("ESP32-S3", 49, (22, 23, 24, 25), tuple(range(1, 11)), tuple(range(11, 21)),
                    (0, 3, 45, 46), (), (19, 20, 43, 44), (), 0x0),
    "esp32c3": Chip("ESP32-C3", 22, (), tuple(range(0, 5)), (5,), (2, 8, 9), (),
                    (18, 19, 20, 21), (), 0x0),
}

# Of each module: its chip, and the pins that its flash and PSRAM take.
MODULES = {
    "wroom32": ("esp32", (6, 7, 8, 9, 10, 11)),
    "wrover": ("esp32", (6, 7, 8, 9, 10, 11, 16, 17)),
    "mini1": ("esp32", (6, 7, 8, 11, 16, 17)),  # flash inside the chip, on other pins
    "s2": ("esp32s2", tuple(range(26, 33))),
    "s3": ("esp32s3", tuple(range(26, 33))),
    "s3_octal": ("esp32s3", tuple(range(26, 38))),
    "c3": ("esp32c3", tuple(range(11, 18))),
}


def known(text: str) -> str:
    """Key of CHIPS for how a tool or MicroPython names a chip; '' for one that is not known.

    'ESP32-D0WD-V3 (revision v3.0)' and 'Generic ESP32 module with ESP32' are both an esp32.
    """
    words = text.upper().replace("-", "").replace("(", " ").replace(")", " ").split()
    for word in reversed(words):
        if not word.startswith("ESP32"):
            continue
        for key in ("esp32s2", "esp32s3", "esp32c3"):
            if word.startswith(key.upper()):
                return key
        # Other families (C2, C5, C6, H2, P4 ...) must not pass for the first one.
        if word == "ESP32" or word[5:6] in ("D", "U", "P") and not word.startswith("ESP32P4"):
            return "esp32"
        return ""
    return ""
