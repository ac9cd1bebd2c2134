# SPDX-License-Identifier: MIT
"""A small chip for the hal: pins, PWM, ADC, timer ticks, ESP-NOW, each as the driver behaves."""

TICKS = 1 << 30


class Time:
    """MicroPython's `time`: ticks that wrap, sleeps that only move the clock."""

    def __init__(self, ms=0):
        self.us = ms * 1000

    def ticks_ms(self):
        return self.us // 1000 % TICKS

    def ticks_us(self):
        return self.us % TICKS

    @staticmethod
    def ticks_diff(new, old):
        return (new - old + TICKS // 2) % TICKS - TICKS // 2

    def sleep_ms(self, ms):
        self.us += ms * 1000

    def sleep_us(self, us):
        self.us += us


class Pin:
    """One pin; `levels` outlives the objects, as on the chip."""

    OUT, IN, PULL_UP, PULL_DOWN = 1, 0, 2, 3
    levels = None  # of the machine
    pulls = None

    def __init__(self, number, mode=0, pull=None, value=None):
        self.number, self.mode = number, mode
        self.pulls[number] = pull
        if value is not None:
            self.levels[number] = value

    def value(self, level=None):
        if level is None:
            return self.levels.get(self.number, 0)
        self.levels[self.number] = level
        return None


class PWM:
    """A LEDC channel of 16 bits whose writes within a period may be lost."""

    def __init__(self, machine, pin, freq, duty_u16, invert):
        self._machine, self.pin, self.freq, self.invert = machine, pin, freq, invert
        self._duty = duty_u16
        self.writes = 1
        self.lose = 0

    def duty_u16(self, duty=None):
        if duty is None:
            return self._duty
        self.writes += 1
        if self.lose:
            self.lose -= 1
            return None
        self._duty = duty
        return None


class ADC:
    """Reads the pilot as its level is at that moment of the PWM period."""

    ATTN_11DB = 3

    def __init__(self, machine, pin, atten=0):
        self._machine, self._pin = machine, pin

    def read_uv(self):
        machine = self._machine
        machine.time.us += machine.adc_us
        return machine.adc_uv(self._pin.number)


class Machine:
    """The `machine` module around one time."""

    PWRON_RESET, HARD_RESET, WDT_RESET, SOFT_RESET = 1, 2, 3, 5

    def __init__(self, time):
        self.time = time
        self.levels = {}
        self.pulls = {}
        self.adc_us = 60
        self.uv = {}  # of an input, or what gives it from the time in us
        self.reads = {}
        self.pwms = []
        self.cause = self.PWRON_RESET
        self.rtc = b""
        self.unique_id = lambda: b"\x01\x02\x03\x04\x05\x06"
        machine = self

        class OwnPin(Pin):
            levels = machine.levels
            pulls = machine.pulls

        class OwnADC(ADC):
            def __init__(self, pin, atten=0):
                ADC.__init__(self, machine, pin, atten)

        class RTC:
            def memory(self, data=None):
                if data is None:
                    return machine.rtc
                machine.rtc = data
                return None

        self.Pin, self.ADC, self.RTC = OwnPin, OwnADC, RTC
        self.pilot = None  # (offset_mv, gain x10, high V, low V): a pilot circuit on the ADC

    def PWM(self, pin, freq, duty_u16, invert=0):  # noqa: N802  (the driver's name)
        pwm = PWM(self, pin, freq, duty_u16, invert)
        self.pwms.append(pwm)
        return pwm

    def reset_cause(self):
        return self.cause

    def adc_uv(self, number):
        self.reads[number] = self.reads.get(number, 0) + 1
        if callable(self.uv.get(number)):
            return self.uv[number](self.time.us)
        if number in self.uv or self.pilot is None:
            return self.uv.get(number, 0)
        offset_mv, gain, high_mv, low_mv = self.pilot
        duty = self.pwms[0].duty_u16()
        in_high = self.time.us % 1000 < duty * 1000 // 65536 or duty == 65535
        level_mv = high_mv if in_high else low_mv
        return 1000 * (offset_mv + level_mv * gain // 10000)


class Heap:
    """Python's heap: while it is locked, or full, whoever wants memory gets MemoryError."""

    def __init__(self):
        self.locks = 0
        self.full = False

    def lock(self):
        self.locks += 1

    def unlock(self):
        self.locks -= 1

    def take(self):
        if self.locks or self.full:
            raise MemoryError("memory allocation failed")


class PeersTable(dict):
    """A dict that Python may not change while the driver says so."""

    is_fixed = True

    def clear(self):
        if self.is_fixed:
            raise TypeError("unsupported operation")
        dict.clear(self)


class EspNow:
    """The module `espnow` and its one driver, after modespnow.c of MicroPython 1.26.1.

    heard(): a frame comes, as the network's task calls it. on_air: are frames sent at once?
    waiting: those that are not; with 30 of them `send()` waits 2 s. fail: {what is called: error}.
    """

    MAX_DATA_LEN = 250
    _MAGIC = 0x99
    _HEADER, _BEFORE = 7, 13  # bytes before the address, and before the frame

    def __init__(self, time=None, heap=None):
        self.time = time
        self.heap = heap or Heap()
        self.on_air = True
        self.fail = {}
        self.sent = []
        self.starts = 0
        self.peers = []
        self.peers_table = PeersTable()
        self.peak_peers = 0
        self.rxbuf = 526
        self.rxbuf_before_active = None
        self._ring = None  # the bytes in it
        self._size = 0
        self._up = False  # has esp_now_init() been called?
        self._tx = self._answered = self._rx = self._dropped = 0

    def ESPNow(self):  # noqa: N802
        self._maybe_fail("ESPNow")
        return self

    def _maybe_fail(self, what):
        if self.fail.get(what) is not None:
            raise self.fail[what]

    @property
    def waiting(self):
        return self._tx - self._answered

    @waiting.setter
    def waiting(self, count):
        self._answered = self._tx - count

    # Where the start fails half-way, the buffer is there: then nothing starts or stops it again.
    def active(self, on):
        self._maybe_fail("active")
        if on and self._ring is None:
            self._ring, self._size = bytearray(), 0
            self.heap.take()
            self._size = self.rxbuf
            self._maybe_fail("init")
            self._up = True
            self.starts += 1
        elif not on and self._ring is not None:
            if not self._up:
                raise OSError("ESP_ERR_ESPNOW_NOT_INIT")
            self._ring = None
            self._up = False
            self.peers = []
            self._tx = self._answered

    def config(self, rxbuf):
        self._maybe_fail("config")
        self.rxbuf_before_active = self._ring is None
        self.rxbuf = rxbuf

    def add_peer(self, mac):
        self._maybe_fail("add_peer")
        if not self._up:
            raise OSError("ESP_ERR_ESPNOW_NOT_INIT")
        self.peers.append(mac)

    def heard(self, mac, frame, dbm=-60):
        """Of its length only the lowest byte is kept."""
        if not self._up:
            return
        if self._BEFORE + len(frame) >= self._size - 1 - len(self._ring):
            self._dropped += 1
            return
        self._ring += bytes(
            [self._MAGIC, len(frame) & 255, 0, 0, 0, 0, dbm & 255]) + mac + frame
        self._rx += 1

    def spoil(self):
        """Something is read that is no frame: for example one that is not written to its end."""
        self._ring += b"no frame" * 2
        self._rx += 1

    def _get(self, count):
        assert self._size, "a division by zero: the chip crashes"
        if len(self._ring) < count:
            return None
        data = bytes(self._ring[:count])
        del self._ring[:count]
        return data

    def recvinto(self, buffers, timeout_ms):
        self._maybe_fail("recvinto")
        assert timeout_ms == 0 and len(buffers[1]) + self._free_of(buffers[1]) == 250
        if self._ring is None:
            raise OSError("ESP_ERR_ESPNOW_NOT_INIT")
        header = self._get(self._HEADER)
        if header is None:
            return 0
        mac = self._get(6) if header[0] == self._MAGIC and header[1] <= 250 else None
        frame = None if mac is None else self._get(header[1])
        if frame is None:
            raise ValueError("ESPNow.recv(): buffer error")
        buffers[1][:] = frame
        buffers[0] = self._known(mac)
        self.peers_table[mac][0] = header[6] - 256 * (header[6] > 127)
        return len(frame)

    # A bytearray there keeps the room that it had.
    @staticmethod
    def _free_of(buffer):
        return 250 - len(buffer)

    def _known(self, mac):
        if mac not in self.peers_table:
            self.peers_table.is_fixed = False
            self.heap.take()
            self.peers_table[mac] = [0, 0]
            self.peers_table.is_fixed = True
            self.peak_peers = max(self.peak_peers, len(self.peers_table))
        return mac

    def any(self):
        if self._ring is None:
            raise OSError("ESP_ERR_ESPNOW_NOT_INIT")
        return len(self._ring) > 0

    def stats(self):
        self._maybe_fail("stats")
        return self._tx, self._answered, 0, self._rx, self._dropped

    def send(self, mac, payload, sync):
        if self._ring is None:
            raise OSError("ESP_ERR_ESPNOW_NOT_INIT")
        if self.waiting >= 30 or "send" in self.fail:
            self.time.sleep_ms(2000)
            self._maybe_fail("send")
            raise OSError("ESP_ERR_ESPNOW_NO_MEM")
        self._tx += 1
        self._answered += self.on_air
        self.sent.append((mac, payload, sync))


class Network:
    """The `network` module's station."""

    class WLAN:
        IF_STA = 0
        PM_NONE = 0

        def __init__(self, interface):
            self.settings = {}
            self.connected = False
            self.tries = 0
            self.starts = 0
            self.on = False
            self.channels = range(1, 14)  # that its country allows

        def active(self, on=None):
            if on is None:
                return self.on
            self.starts += on
            self.on = on
            return None

        def isconnected(self):
            return self.connected

        def config(self, *asked, **settings):
            if asked:
                return self.settings[asked[0]]
            if settings.get("channel", 1) not in self.channels:
                raise RuntimeError("Wifi Invalid Argument")
            if "channel" in settings and self.connected:
                raise OSError("Wifi Internal State Error")
            self.settings.update(settings)
            return None

        def connect(self, ssid, password):
            self.tries += 1

        def disconnect(self):
            self.connected = False
