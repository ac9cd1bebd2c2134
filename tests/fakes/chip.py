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


class EspNow:
    """The ESP-NOW driver, with the fault that makes every `recv()` raise until it is restarted.

    waiting: frames in its buffers; time: if they are full, `send()` waits 2 s. on_air: are frames
    sent at once?
    """

    def __init__(self, time=None):
        self.time = time
        self.on_air = True
        self.waiting = 0
        self.frames = []
        self.sent = []
        self.broken = False
        self.starts = 0
        self.peers = []
        self.rxbuf_before_active = None
        self.received = 0
        self._active = False

    def ESPNow(self):  # noqa: N802
        return self

    def active(self, on):
        if on:
            self.starts += 1
            self.broken = False
            self.waiting = 0
            self.peers = []
        self._active = on

    def config(self, rxbuf):
        self.rxbuf_before_active = not self._active

    def add_peer(self, mac):
        self.peers.append(mac)

    def recv(self, timeout_ms):
        if self.broken:
            raise ValueError("ESPNow.recv(): buffer error")
        if not self.frames:
            return None, None
        self.received += 1
        return self.frames.pop(0)

    def stats(self):
        here = self.received + len(self.frames) + self.broken
        return len(self.sent), len(self.sent) - self.waiting, 0, here, 0

    def send(self, mac, payload, sync):
        if not self._active:
            raise OSError("ESP_ERR_ESPNOW_NOT_INIT")
        if self.waiting >= 30:
            self.time.sleep_ms(2000)
            raise OSError("ESP_ERR_ESPNOW_NO_MEM")
        self.waiting += not self.on_air
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

        def active(self, on):
            self.on = on

        def isconnected(self):
            return self.connected

        def config(self, **settings):
            self.settings.update(settings)

        def connect(self, ssid, password):
            self.tries += 1
