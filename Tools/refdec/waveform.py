"""Waveforms: blocks of PCM, decoded as SPEC §16 says and in its order.

Every number is an integer: Python's, which are exact, or NumPy's of 64 bits where a whole row is worked on at once. A
remainder that the text asks for is taken where it asks for it.
"""

from __future__ import annotations

from operator import mul

import numpy as np

from refdec import LOGISTIC_TAIL, SQUASH, STRETCH, Fields, Malformed, RangeDecoder, divide_towards_zero, learn_bit

STORED, MODELLED = 0, 1
FEATURES = 32
UPDATE = 64  # samples between two solutions of least squares
TAPS = ((1024, 30, 6), (256, 28, 6), (16, 24, 5))  # N, Q, μ of the three filters
NODES = 43
FIRST = tuple(j if j < 2 else (2 + j % 2) << ((j >> 1) - 1) for j in range(72))  # first(j) of §16.9, step 3


def clamp(a: int, low: int, high: int) -> int:
    """Limits a to low ... high (SPEC §1)."""
    return low if a < low else high if a > high else a


def sat16(a: int) -> int:
    return clamp(a, -32768, 32767)


def wrapped32(a):
    """a modulo 2^32, from -2^31 to 2^31 - 1; an int or an int64 array (SPEC §16.5)."""
    return ((a + 2**31) & 0xFFFFFFFF) - 2**31


# ---------------------------------------------------------------------------------------------------------------------
# §16.1 Payload
# ---------------------------------------------------------------------------------------------------------------------


def decode_waveform(fields: Fields, channels: int, frames: int, bits: int) -> np.ndarray:
    """The samples of a block, int64 `[frame][channel]`, of a payload to the end of `fields` (SPEC §16.1)."""
    if fields.u8("waveform method", STORED, MODELLED) == STORED:
        return read_stored(fields, channels, frames, bits)
    low_bits, shifts = [], []
    for c in range(channels):
        low_bits.append(fields.u8(f"low bits of channel {c}", 0, bits))
        shifts.append(fields.u8(f"shift of channel {c}", 0, 32))
    return decode_modelled(RangeDecoder(fields.rest()), frames, bits, low_bits, shifts)


def read_stored(fields: Fields, channels: int, frames: int, bits: int) -> np.ndarray:
    """Method 0: the samples' bits; bytes after them are ignored (SPEC §16.1)."""
    count = frames * channels * bits
    packed = fields.bytes((count + 7) // 8, "stored samples")
    digits = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), count=count).astype(np.int64)
    places = 1 << np.arange(bits - 1, -1, -1, dtype=np.int64)
    places[0] = -places[0]  # two's complement
    return digits.reshape(frames, channels, bits) @ places


def decode_modelled(decoder: RangeDecoder, frames: int, bits: int, low_bits: list[int], shifts: list[int]) -> np.ndarray:
    """Method 1: pair after pair from one stream (SPEC §16.1, §16.2)."""
    samples = np.zeros((frames, len(low_bits)), dtype=np.int64)
    for first in range(0, len(low_bits), 2):
        numbers = range(first, min(first + 2, len(low_bits)))
        pair = [WaveformChannel(decoder, bits - low_bits[c], shifts[c]) for c in numbers]
        decode_pair(pair, frames)
        for c, channel in zip(numbers, pair):
            samples[:, c] = np.array(channel.x, dtype=np.int64) << low_bits[c]
    return samples


# ---------------------------------------------------------------------------------------------------------------------
# §16.2 Order, and state of a channel
# ---------------------------------------------------------------------------------------------------------------------


def decode_pair(pair: list[WaveformChannel], frames: int) -> None:
    """Frame after frame, in a frame the first channel, then the second; fills their lists x (SPEC §16.2)."""
    if len(pair) == 2:
        pair[0].partner, pair[1].partner = pair[1], pair[0]
        pair[0].delay, pair[1].delay = 1, 0
    for _ in range(frames):
        for channel in pair:
            channel.decode()


class WaveformChannel:
    """State of a channel of n bits a sample, and how its samples are decoded (SPEC §16.2 to §16.10).

    `x` are the samples so far. `f` are the features so far, after 32 zeros, so that `f[t + 32]` belongs to `x[t]`.
    `side` is σ, `level` J and `level_before` J'.
    """

    def __init__(self, decoder: RangeDecoder, n: int, shift: int):
        self.decoder, self.n, self.shift = decoder, n, shift
        self.partner: WaveformChannel | None = None
        self.delay = 0  # δ of §16.3
        self.x: list[int] = []
        self.f = [0] * FEATURES
        self.least_squares = LeastSquares()
        self.filters = [Filter(*taps) for taps in TAPS]
        self.d0 = self.d1 = 1 << (12 + n // 2)
        self.u = 32768
        self.probabilities_a, self.counts_a = [32768] * (64 * NODES), [0] * (64 * NODES)
        self.probabilities_b, self.counts_b = [32768] * (256 * NODES), [0] * (256 * NODES)
        self.weights = [[52000, 8000, 8000, 0] for _ in range(NODES)]  # M
        self.side = self.level = self.level_before = 0

    def decode(self) -> None:
        """The next sample, and what it teaches."""
        if self.n == 0:
            self.x.append(0)
            self.f.append(0)
            return
        features = self.features()
        self.predict(features)
        x = self.sample()
        self.x.append(x)
        self.f.append(x >> max(0, self.n - 24))
        self.learn_distribution(x)
        self.learn_prediction(x, features)

    # -----------------------------------------------------------------------------------------------------------------
    # §16.3 Prediction
    # -----------------------------------------------------------------------------------------------------------------

    def features(self) -> list[int]:
        """F[1 ... 32] of the next sample."""
        t = len(self.x) + FEATURES
        if self.partner is None:
            return self.f[t - 1:t - 33 if t > FEATURES else None:-1]
        end = t - self.delay  # where g[t-δ] is
        stop = end - 16
        return self.f[t - 1:t - 17:-1] + self.partner.f[end:stop:-1]

    def predict(self, features: list[int]) -> None:
        """L, p_1 ... p_3 and P, in 1/16."""
        bound = 1 << (self.n + 3)
        linear = sum(map(mul, self.least_squares.weights, features)) >> 16
        self.linear = clamp(linear << max(0, self.n - 24), -bound, bound)
        self.parts = [part.predict() for part in self.filters]
        self.prediction = clamp(self.linear + (sum(self.parts) << self.shift), -bound, bound)

    # -----------------------------------------------------------------------------------------------------------------
    # §16.7 Distribution of a sample
    # -----------------------------------------------------------------------------------------------------------------

    def start_distribution(self) -> None:
        """a_k, inv_k and the greatest distance of a boundary, for both curves."""
        self.spreads = (self.d0 + 200, self.d1 + 200)
        self.extra = max(0, self.n - 16)  # ε
        self.inverses = [(9824 << (20 + self.extra)) // a for a in self.spreads]

    def tail_of(self, k: int, boundary: int) -> int:
        """T_k(b) in 1/2^24."""
        reach = self.spreads[k] >> 5
        z = (clamp(boundary - self.prediction, -reach, reach) * self.inverses[k]) >> (16 + self.extra)
        return LOGISTIC_TAIL[min(4095, z)] if z >= 0 else 2**24 - LOGISTIC_TAIL[min(4095, -z)]

    def tail(self, boundary: int) -> int:
        """T(b) of the mixture."""
        return ((65536 - self.u) * self.tail_of(0, boundary) + self.u * self.tail_of(1, boundary)) >> 16

    # -----------------------------------------------------------------------------------------------------------------
    # §16.8 A decision
    # -----------------------------------------------------------------------------------------------------------------

    def decide(self, node: int, part: int, whole: int, a: int, b: int) -> int:
        """The bit at a node in the contexts a and b, and what it teaches."""
        place_a, place_b = a * NODES + node, b * NODES + node
        inputs = [
            STRETCH[clamp(((part + 1) << 16) // (whole + 2), 1, 65535) >> 4],
            STRETCH[self.probabilities_a[place_a] >> 4] if self.counts_a[place_a] else 0,
            STRETCH[self.probabilities_b[place_b] >> 4] if self.counts_b[place_b] else 0,
            64]
        weights = self.weights[node]
        t = SQUASH[clamp(sum(map(mul, weights, inputs)) >> 16, -2047, 2047)]
        bit = self.decoder.bit(65536 - clamp(t, 24, 65512))

        error = 65536 * bit - t
        self.weights[node] = [clamp(weight + ((error * value + 32768) >> 16), -2**19, 2**19)
                              for weight, value in zip(weights, inputs)]
        learn_bit(self.probabilities_a, self.counts_a, place_a, bit)
        learn_bit(self.probabilities_b, self.counts_b, place_b, bit)
        return bit

    # -----------------------------------------------------------------------------------------------------------------
    # §16.9 A sample
    # -----------------------------------------------------------------------------------------------------------------

    def sample(self) -> int:
        """x[t]; leaves `reached`, the boundaries b(lo) and b(hi), for what the distribution learns."""
        self.start_distribution()
        top = (1 << (self.n - 1)) - 1  # H
        centre = (self.prediction + 15) >> 4  # C
        self.origin = 16 * centre - 8  # O
        spread = ((65536 - self.u) * self.d0 + self.u * self.d1) >> 16  # a
        k = max(0, (spread >> 12).bit_length() - 1)

        partner_side, partner_level = (self.partner.side, self.partner.level) if self.partner else (0, 0)
        self.upper = self.decide(0, self.tail(self.origin), 2**24, self.prediction % 16 if k == 0 else 16,
                                 partner_side + 2 * self.side)  # σ_new
        self.a = 8 * clamp(four(spread) - 4 * (12 + k), 0, 7) \
            + clamp((four(self.spreads[0]) >> 1) - (four(self.spreads[1]) >> 1) + 3, 0, 7)
        self.b = 32 * min(7, partner_level) + 4 * min(7, self.level) + min(3, self.level_before)
        magnitude = self.magnitude(k, top - centre if self.upper else centre + top)
        return clamp(centre + magnitude if self.upper else centre - 1 - magnitude, -top - 1, top)

    def boundary(self, magnitude: int) -> int:
        """b(m)."""
        return self.origin + 16 * magnitude if self.upper else self.origin - 16 * magnitude

    def magnitude(self, k: int, most: int) -> int:
        """m on the side that was decided (steps 4 to 6)."""
        j, at_low = 0, self.tail(self.origin)
        while True:
            low, high = FIRST[j] << k, FIRST[j + 1] << k
            at_high = self.tail(self.boundary(high))
            if high > most or self.below(1 + 2 * min(14, j) + self.upper, high, abs(at_low - at_high),
                                         at_low if self.upper else 2**24 - at_low):
                break
            j, at_low = j + 1, at_high
        if high - low > 1:
            middle = (low + high) >> 1
            part = abs(at_low - self.tail(self.boundary(middle)))
            if self.below(31 + min(11, j), middle, part, abs(at_low - at_high)):
                high = middle
            else:
                low = middle
        self.new_level, self.reached = j, (self.boundary(low), self.boundary(high))
        return low + self.low_bits((high - low).bit_length() - 1, low)

    def below(self, node: int, limit: int, part: int, whole: int) -> int:
        """Whether the magnitude is below `limit`: a decision in the contexts of step 2."""
        return self.decide(node, part, whole, self.a, self.b)

    def low_bits(self, count: int, low: int) -> int:
        """What of the magnitude is above `low`: `count` bits in groups of at most 16 (step 6)."""
        value = 0
        while count > 0:
            group = min(16, count)
            size = 16 - group
            v = self.decoder.target() >> size
            self.decoder.take(v << size, 1 << size)
            value, count = value << group | v, count - group
        return value

    # -----------------------------------------------------------------------------------------------------------------
    # §16.10 After a sample
    # -----------------------------------------------------------------------------------------------------------------

    def learn_distribution(self, x: int) -> None:
        """u, d_0, d_1, and the classes (steps 1 to 3)."""
        low, high = self.reached
        l0, l1 = (abs(self.tail_of(k, low) - self.tail_of(k, high)) + 16 for k in (0, 1))
        v = self.u * l1 // ((((65536 - self.u) * l0 + self.u * l1) >> 16) + 1)
        self.u = v + ((32768 - v) >> 7)
        g = abs(16 * x - self.prediction)
        self.d0 += (256 * g - self.d0) >> 4
        self.d1 += (256 * g - self.d1) >> 6
        self.level_before, self.level, self.side = self.level, self.new_level, self.upper

    def learn_prediction(self, x: int, features: list[int]) -> None:
        """What the filters learn (SPEC §16.6), and every 64 samples least squares (SPEC §16.4)."""
        y = (16 * x - self.linear) >> self.shift
        for part, p in zip(self.filters, self.parts):
            part.learn(sat16(y), p)
            y -= p
        self.least_squares.add([self.f[-1], *features])


def four(v: int) -> int:
    """Four times the binary logarithm, about (SPEC §16.9, step 2)."""
    return 4 * v.bit_length() + ((4 * v >> (v.bit_length() - 1)) % 4) if v else 0


# ---------------------------------------------------------------------------------------------------------------------
# §16.4 Least squares
# ---------------------------------------------------------------------------------------------------------------------


class LeastSquares:
    """Moments of the features and the weights that follow from them."""

    def __init__(self):
        self.rows: list[list[int]] = []  # F[0 ... 32] of the samples since the last solution
        self.moments = np.zeros((FEATURES + 1, FEATURES + 1), dtype=np.int64)  # A, symmetric
        self.weights = [0] * FEATURES

    def add(self, row: list[int]) -> None:
        self.rows.append(row)
        if len(self.rows) == UPDATE:
            f = np.array(self.rows, dtype=np.int64)
            self.moments += f.T @ f - (self.moments >> 4)  # step 1
            self.rows = []
            self.weights = solve(self.moments)


def solve(moments: np.ndarray) -> list[int]:
    """The 32 weights by elimination (steps 2 to 4). Only elements with j <= i are ever right, and used."""
    last = FEATURES
    s = scaled_moments(moments)
    rows: dict[int, tuple[list[int], int]] = {}  # U[k] and s_k of the columns that are not left out
    for k in range(last):
        d = int(s[k, k])
        if d < 2**30:
            continue
        column = s[k + 1:, k]
        m = int(np.bitwise_or.reduce(np.where(column >= 0, column, -1 - column)))
        q, r = max(0, m.bit_length() - 30), d.bit_length() - 31
        inverse = min(2**61 // (d >> r), 2**31 - 1)
        c = column >> q
        u = (c * inverse) >> 31
        s[k + 1:, k + 1:] -= np.outer(u, c) >> clamp(30 + r - 2 * q, 0, 63)  # int64, so modulo 2^64
        rows[k] = [0] * (k + 1) + u.tolist(), clamp(22 + r - q, 0, 63)

    weights = [0] * last
    for k, (u, shift) in reversed(rows.items()):
        known = sum((u[i] * weights[i]) >> 8 for i in range(k + 1, last))
        weights[k] = clamp(((u[last] << 12) - known) >> shift, -(2**31 - 1), 2**31 - 1)
    return weights


def scaled_moments(moments: np.ndarray) -> np.ndarray:
    """S: the moments, made definite and about 57 bits long, the first row and column moved to the end (step 2)."""
    diagonal = np.eye(FEATURES + 1, dtype=np.int64)
    damped = moments + 1024 * diagonal
    e = 57 - int(damped.diagonal().max()).bit_length()
    s = (damped << e if e >= 0 else damped >> -e) + (diagonal << 30)
    return np.roll(s, (-1, -1), axis=(0, 1))


# ---------------------------------------------------------------------------------------------------------------------
# §16.5 Filters
# ---------------------------------------------------------------------------------------------------------------------


class Filter:
    """An adaptive filter over the values that it learnt, the latest first in `y[place:place + taps]`."""

    def __init__(self, taps: int, scale: int, pace: int):
        self.taps, self.scale, self.pace = taps, scale, pace
        self.v = np.zeros(taps, dtype=np.int64)
        self.y = np.zeros(2 * taps, dtype=np.int64)
        self.place = taps
        self.energy = 0  # E

    def history(self) -> np.ndarray:
        return self.y[self.place:self.place + self.taps]

    def predict(self) -> int:
        return wrapped32(int((self.v >> 16) @ self.history())) >> (self.scale - 16)

    def learn(self, y: int, p: int) -> None:
        """Takes the value y, of which p was the prediction."""
        history = self.history()
        s = max(0, (self.energy.bit_length() >> 1) - 7)
        step = divide_towards_zero((y - p) << (self.scale - self.pace + s), self.energy + 16 * self.taps + 1)
        self.v = wrapped32(self.v + ((clamp(step, -32768, 32767) * history) >> s))
        self.energy += y * y - int(history[-1]) ** 2
        if self.place == 0:
            self.y[-self.taps:] = self.y[:self.taps]
            self.place = self.taps
        self.place -= 1
        self.y[self.place] = y
