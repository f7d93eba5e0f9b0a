"""Proves refdec by round trips with a test-only encoder that was written from SPEC.md too.

The encoder shares only the network layers with refdec (they are checked against a scalar second reading below); range
coder, contexts, distributions, planes, chunks and model writer are here a second time, slow and scalar.
"""

from __future__ import annotations

import hashlib
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import refdec  # noqa: E402

# ---------------------------------------------------------------------------------------------------------------------
# The test-only encoder: bytes and chunks (SPEC §1, §2, §3)
# ---------------------------------------------------------------------------------------------------------------------


def varint(value: int) -> bytes:
    result = bytearray()
    while value > 127:
        result.append(value & 127 | 128)
        value >>= 7
    return bytes(result + bytes([value]))


def crc32c_bitwise(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 * (crc & 1))
    return crc ^ 0xFFFFFFFF


def chunk(kind: str, payload: bytes) -> bytes:
    body = kind.encode() + varint(len(payload)) + payload
    return body + struct.pack("<I", refdec.crc32c(body))


def header_chunk(width, height, channels, bits=8, lossless=False, quality=0, model=b"") -> bytes:
    form = channels - 1 | (4 if bits == 16 else 0) | (8 if lossless else 0)
    return chunk("H", varint(width) + varint(height) + bytes([form]) + (b"" if lossless else bytes([quality]) + model))


def vci(*chunks: bytes) -> bytes:
    return b"\x8Evci\x04" + b"".join(chunks)


# ---------------------------------------------------------------------------------------------------------------------
# The test-only encoder: range coder, byte strings, planes (SPEC §5, §6)
# ---------------------------------------------------------------------------------------------------------------------


class RangeEncoder:
    """The inverse of refdec.RangeDecoder. Invariant: low < 2^40, and low + range <= 2^40 or a carry is due."""

    def __init__(self):
        self.low, self.range, self.out = 0, 1 << 40, bytearray()

    def encode(self, c: int, f: int, total: int = 65536) -> None:
        assert f >= 1 and 0 <= c and c + f <= total <= 65536
        r = self.range // total
        self.low += r * c
        self.range = self.range - r * c if c + f == total else r * f
        self._carry()
        while self.range < 1 << 32:
            self.out.append(self.low >> 32)
            self.low = self.low << 8 & (1 << 40) - 1
            self.range <<= 8

    def _carry(self) -> None:
        if self.low >> 40:
            self.low -= 1 << 40
            i = len(self.out) - 1
            while self.out[i] == 255:
                self.out[i] = 0
                i -= 1
            self.out[i] += 1

    def raw(self, value: int, count: int) -> None:
        for i in reversed(range(count)):
            self.encode(32768 * (value >> i & 1), 32768)

    def adaptive(self, context: list[int], bit: int) -> None:
        f0 = min(65504, max(32, (context[0] + context[1]) >> 1))
        if bit:
            self.encode(f0, 65536 - f0)
            context[0] -= context[0] >> 4
            context[1] -= context[1] >> 7
        else:
            self.encode(0, f0)
            context[0] += (65536 - context[0]) >> 4
            context[1] += (65536 - context[1]) >> 7

    def finish(self) -> bytes:
        for count in range(6):
            mask = (1 << 40 - 8 * count) - 1
            value = (self.low + mask) & ~mask
            if value < self.low + self.range:
                break
        self.low = value
        self._carry()
        return bytes(self.out + self.low.to_bytes(5, "big")).rstrip(b"\0")


class Contexts(dict):
    def __missing__(self, key):
        self[key] = [32768, 32768]
        return self[key]


def encode_byte_string(content: bytes) -> bytes:
    encoder, contexts, previous = RangeEncoder(), Contexts(), 0
    for byte in content:
        node = 1
        for i in reversed(range(8)):
            encoder.adaptive(contexts[previous, node], byte >> i & 1)
            node = 2 * node + (byte >> i & 1)
        previous = byte
    return encoder.finish()


def encode_plane(index: int, plane: np.ndarray, bits: int) -> bytes:
    """A mode 1 plane; `plane` is `[row][column]`."""
    encoder, contexts = RangeEncoder(), Contexts()
    s, half = plane.astype(int).tolist(), 1 << bits - 1
    for y in range(len(s)):
        left_error = 0
        for x in range(len(s[0])):
            left_error = encode_sample(encoder, contexts, s, y, x, left_error, bits, half)
    return chunk("P", bytes([index, 1]) + encoder.finish())


def neighbours(s, y, x) -> tuple[int, int, int]:
    """W, N, NW, one case of §6.3 a line."""
    if y == 0 and x == 0:
        return 0, 0, 0
    if y == 0:
        return (s[0][x - 1],) * 3
    if x == 0:
        return (s[y - 1][0],) * 3
    return s[y][x - 1], s[y - 1][x], s[y - 1][x - 1]


def encode_sample(encoder, contexts, s, y, x, left_error, bits, half) -> int:
    w, n, nw = neighbours(s, y, x)
    prediction = sorted([w, n, w + n - nw])[1]  # the median says the same as the three cases
    e = (s[y][x] - prediction + half) % (2 * half) - half
    g = abs(w - nw) + abs(n - nw) >> bits - 8
    ctx = 3 * min(7, g.bit_length()) + min(2, abs(left_error).bit_length())
    encoder.adaptive(contexts["zero", ctx], int(e == 0))
    if e:
        encoder.adaptive(contexts["negative", ctx], int(e < 0))
        encode_magnitude(encoder, contexts, ctx, abs(e))
    return e


def encode_magnitude(encoder, contexts, ctx, size) -> None:
    k = size.bit_length() - 1
    for i in range(k):
        encoder.adaptive(contexts["length", ctx, i], 1)
    if k != 15:
        encoder.adaptive(contexts["length", ctx, k], 0)
    if k:
        encoder.adaptive(contexts["mantissa", k], size >> k - 1 & 1)
        encoder.raw(size & (1 << k - 1) - 1, k - 1)


# ---------------------------------------------------------------------------------------------------------------------
# The test-only encoder: model file (SPEC §7)
# ---------------------------------------------------------------------------------------------------------------------


def tail_table() -> np.ndarray:
    from math import erfc, sqrt
    return np.array([round(32768 * erfc(i / 256 / sqrt(2))) for i in range(2048)])


def pack(dtype: str, values) -> bytes:
    return np.ascontiguousarray(values).astype(dtype).tobytes()


class TinyModel:
    """Writes a random model whose features neither die nor saturate everywhere.

    Group 0 of each block has small deviations and no spread of means, so that skipped vectors occur.
    """

    channels = (16, 16, 16, 16)
    kernels = (5, 5, 3, 3)
    phases = (1, 2, 0)  # of the first, second, … latent block of the levels taken together, finest level first
    scales, min_scale = 96, -32

    def __init__(self, seed: int, mixtures: int = 3, group: int = 8, latents=((16,), (16,), (8, 16), (16,)), tail=1):
        self.random = np.random.default_rng(seed)
        self.mixtures, self.group, self.latents, self.tail = mixtures, group, latents, tail
        number = iter(range(100))
        self.shapes = [[(z, self.phases[next(number) % 3]) for z in level] for level in latents]
        self.section = self.head() + self.tables() + self.layers()
        self.identity = hashlib.sha256(self.section).digest()[:8]
        self.file = self.wrap(self.section)

    @staticmethod
    def wrap(section: bytes) -> bytes:
        parts = [b'{"name": "tiny"}', section, b"analysis"]
        return b"\x8Evcm\x02" + hashlib.sha256(section).digest()[:8] + b"".join(struct.pack("<I", len(part)) + part for part in parts)

    def head(self) -> bytes:
        latents = b"".join(bytes([len(level)]) + b"".join(struct.pack("<HB", *shape) for shape in level) for level in self.shapes)
        last = bytes([self.tail, self.mixtures, self.group])
        return pack("<u2", self.channels) + bytes(self.kernels) + latents + last

    def tables(self) -> bytes:
        sigma = 2.0 ** ((np.arange(self.scales) + self.min_scale) / 8)
        reach = np.minimum(255, np.ceil(4 * sigma))
        return (bytes([20, 24]) + pack("i1", self.min_scale) + bytes([self.scales])
                + pack("<u4", np.round(65536 / sigma)) + pack("u1", reach) + pack("<u2", tail_table())
                + pack("<u4", np.round(65536 * 2.0 ** (-np.arange(1024) / 64))))

    def layers(self) -> bytes:
        parts = [pack("<i2", self.random.integers(-500, 500, self.channels[3]))]
        for level in (3, 2, 1, 0):
            c, side = self.channels[level], self.kernels[level]
            for z in self.latents[level]:
                parts += [self.block(c, side), self.prior(c, z), self.pointwise(z, c), self.gains(z)]
            if level:
                parts += [self.block(c, side), self.pointwise(c, 4 * self.channels[level - 1])]
        parts += [self.block(self.channels[0], self.kernels[0]) for _ in range(self.tail)]
        parts.append(self.pointwise(self.channels[0], 192, 4.0, bias=self.random.integers(400_000, 800_000, 192)))
        return b"".join(parts)

    def pointwise(self, inputs: int, outputs: int, gain: float = 1.0, multiplier=None, bias=None) -> bytes:
        """Random weights with a gain of about `gain`."""
        weights = self.random.integers(-127, 128, (outputs, inputs))
        if bias is None:
            bias = self.random.integers(-20000, 20000, outputs)
        if multiplier is None:
            middle = gain * 2**20 / (73 * inputs**0.5)
            multiplier = self.random.integers(int(middle / 2), int(middle * 1.5) + 1, outputs)
        return (struct.pack("<HHB", inputs, outputs, 20) + pack("<i2", weights) + pack("<i4", bias)
                + pack("<i4", multiplier))

    def prior(self, inputs: int, z: int) -> bytes:
        """The scales of group 0 are far down, its means are 0."""
        k, g = self.mixtures, self.group
        outputs = k * (z // g + 2 * z)
        multiplier = self.random.integers(1000, 4000, outputs)
        bias = self.random.integers(-10000, 10000, outputs)
        means, scales = (multiplier[k * z // g + part * k * z:][:k * z].reshape(k, z) for part in (0, 1))
        means[:, :g] = 0
        scales[:, :g] = 100
        bias[k * (z // g + z):].reshape(k, z)[:, :g] = -12_000_000
        return self.pointwise(inputs, outputs, multiplier=multiplier, bias=bias)

    def block(self, c: int, side: int, expanded: int = 32) -> bytes:
        kernel = self.random.integers(-127, 128, (side * side, c))
        middle = int(2**20 / (73 * side))
        multiplier = self.random.integers(-middle, middle + 1, (8, c))
        addend = self.random.integers(-300, 300, (8, c))
        return (struct.pack("<BHB", side, c, 20) + pack("<i2", kernel) + pack("<i4", multiplier) + pack("<i4", addend)
                + self.pointwise(c, expanded) + self.pointwise(expanded, c, 0.3))

    def gains(self, z: int) -> bytes:
        step = self.random.integers(500, 4000, (64, z))
        scale = self.random.integers(-800, 800, (64, z))
        latent = self.random.integers(-300, 300, (64, z))
        return bytes([12, 12]) + pack("<i4", step) + pack("<i2", scale) + pack("<i4", latent)


# ---------------------------------------------------------------------------------------------------------------------
# The test-only encoder: levels (SPEC §9, §10), scalar
# ---------------------------------------------------------------------------------------------------------------------


def clamp(a: int, lo: int, hi: int) -> int:
    return max(lo, min(hi, a))


def normalise(e: list[int]) -> list[int]:
    w = [max(1, e_k * 65536 // sum(e)) for e_k in e]
    w[e.index(max(e))] += 65536 - sum(w)
    return w


class Vector:
    """Distribution of group n at one position, from the channels of P there (SPEC §10.2, §10.3)."""

    def __init__(self, model: refdec.Model, gains: refdec.Gains, p: list[int], n: int, q: int):
        self.model, k_count, g = model, model.mixtures, model.group
        z = gains.step.shape[1]
        groups, self.components = z // g, range(n * g, n * g + g)
        logits = [p[k * groups + n] for k in range(k_count)]
        e = [int(model.exponential[min(1023, max(logits) - logit)]) for logit in logits]
        self.w = normalise(e)
        self.off, self.idx, self.centre = [], [], []
        for j in self.components:
            means = [p[k_count * groups + k * z + j] * int(gains.step[q][j]) for k in range(k_count)]
            means = [clamp((m + (1 << gains.step_shift - 1)) >> gains.step_shift, -2**20, 2**20) for m in means]
            scales = [p[k_count * (groups + z) + k * z + j] + int(gains.scale[q][j]) for k in range(k_count)]
            centre = (sum(w * m for w, m in zip(self.w, means)) + 32768) >> 16
            self.centre.append(centre)
            self.off.append([clamp(m - centre, -32767, 32767) for m in means])
            self.idx.append([clamp((s + 16 >> 5) - model.min_scale, 0, model.scales - 1) for s in scales])

    @property
    def skipped(self) -> bool:
        return (all(i <= self.model.skip_scale for idx in self.idx for i in idx)
                and all(abs(o) <= self.model.skip_offset for off in self.off for o in off))

    def a(self, i: int) -> int:
        pairs = zip(self.idx[i], self.off[i])
        return min(254, 1 + max(int(self.model.reach[x]) + (abs(o) + 63 >> 6) for x, o in pairs))

    def phi(self, i: int, k: int, t: int) -> int:
        x = t - self.off[i][k]
        u = abs(x) * int(self.model.inverse[self.idx[i][k]]) + 8192 >> 14
        p = self.model.tail[u] if u < 2048 else 0
        return p if x <= 0 else 65536 - p

    def c(self, i: int, s: int) -> int:
        a = self.a(i)
        if s == -a:
            return 0
        if s == a + 1:
            return 65536
        f = sum(w * self.phi(i, k, 64 * s - 32) for k, w in enumerate(self.w)) >> 16
        return (f * (65535 - 2 * a) >> 16) + s + a

    def encode(self, encoder: RangeEncoder, symbols: list[int], zeros: ZeroGate, row: int, column: int) -> None:
        for i, symbol in enumerate(symbols):
            a = self.a(i)
            s = clamp(symbol, -a, a)
            z = self.c(i, 1) - self.c(i, 0)
            p = zeros.code(z, s == 0, row, column, self.components[i])
            encoder.encode(*((0, p) if s == 0 else (p, 65536 - p)))
            if s != 0:
                encoder.encode(self.c(i, s) - (z if s > 0 else 0), self.c(i, s + 1) - self.c(i, s), 65536 - z)
            if abs(s) == a:
                self.encode_excess(encoder, abs(symbol) - a)
            self.condition(i, s, a)

    @staticmethod
    def encode_excess(encoder: RangeEncoder, excess: int) -> None:
        n = (excess + 1).bit_length() - 1
        for _ in range(n):
            encoder.raw(1, 1)
        encoder.raw(0, 1)
        encoder.raw(excess + 1 - (1 << n), n)

    def condition(self, i: int, s: int, a: int) -> None:
        e = []
        for k, w in enumerate(self.w):
            lo = 0 if s == -a else self.phi(i, k, 64 * s - 32)
            hi = 65536 if s == a else self.phi(i, k, 64 * s + 32)
            e.append(w * (hi - lo + 1))
        self.w = normalise(e)


def log2_128(v: int) -> int:
    """lg of §14.3, by its words."""
    n = v.bit_length() - 1
    m = v * 256 // 2**n - 256
    return 128 * n + round(128 * np.log2(1 + m / 256))


def logistic(d: int) -> int:
    """squash of §14.3, by its words."""
    power = round(65536 * 2 ** (2 * abs(d) % 256 / 256)) << (2 * abs(d) >> 8)
    t = 2**32 // (65536 + power)
    return 65536 - t if d >= 0 else t


class ZeroGate:
    """§10.6, by its words: surprises by place, one operation a line."""

    def __init__(self, phase: int, rows: range):
        self.phase, self.rows = phase, rows
        self.b, self.nb, self.v, self.n, self.e = [0, 0] + [-4000] * 4, 0, {}, {}, {}

    def code(self, z: int, is_zero: bool, row: int, column: int, j: int) -> int:
        """p of a component; learns at once whether it is 0."""
        if self.phase == 0:
            steps = [(0, -1), (-1, 0), (-1, -1), (-1, 1)]
        else:
            steps = [(0, -2), (-1, -1), (-1, 1), (-2, 0)]
        x = clamp(log2_128(z) - log2_128(65536 - z), -2047, 2047)
        f = [x >> 1, 256] + [self.e.get((row + u, column + v, j), 0) if row + u in self.rows else 0 for u, v in steps]
        v, n = self.v.setdefault(j, [0] * 6), self.n.get(j, 0)
        y = clamp(x + (sum((v[i] + self.b[i]) * f[i] for i in range(6)) >> 16), -2047, 2047)
        error = (65536 if is_zero else 0) - logistic(y)
        for i in range(6):
            shift = 12 + int(n >= 7) + int(n >= 63)
            v[i] = clamp(v[i] + ((error * f[i] + 2 ** (shift - 1)) >> shift), -2**17, 2**17)
            shift = 14 + int(self.nb >= 63) + int(self.nb >= 4095)
            self.b[i] = clamp(self.b[i] + ((error * f[i] + 2 ** (shift - 1)) >> shift), -2**17, 2**17)
        self.n[j], self.nb = n + 1, self.nb + 1
        self.e[row, column, j] = (z - (65536 if is_zero else 0)) >> 7
        return clamp(logistic(y), 4, 65532)


class LevelEncoder:
    """Codes random symbols for the levels of one tile; remembers them and what it met on the way."""

    def __init__(self, model: refdec.Model, q: int, seed: int, b: int, wide: bool = True):
        self.model, self.q, self.random, self.b, self.wide = model, q, random.Random(seed), b, wide
        self.encoders: dict[int, list[RangeEncoder]] = {}
        self.symbols: dict[tuple[int, int], np.ndarray] = {}
        self.skipped = self.coded = self.escapes = 0

    def symbols_of(self, level, index, p, parameters) -> np.ndarray:
        encoders = self.encoders.setdefault(level, [RangeEncoder() for _ in range(1 << self.b)])
        gains, phase = self.model.levels[level].latents[index].gains, self.model.levels[level].latents[index].phase
        result = np.zeros((*p.shape[:2], gains.step.shape[1]), dtype=np.int64)
        for j, encoder in enumerate(encoders):
            rows = range(len(p) * j // len(encoders), len(p) * (j + 1) // len(encoders))
            self.zeros = ZeroGate(phase, rows)
            for y in rows:
                for x in range(p.shape[1]):
                    if phase == 1 and (y + x) % 2 != 0 or phase == 2 and (y + x) % 2 != 1:
                        continue
                    self.encode_position(encoder, gains, p[y, x].tolist(), result[y, x], parameters.centre[y, x], y, x)
        self.symbols[level, index] = result
        return result

    def encode_position(self, encoder, gains, p, result, centre, row, column) -> None:
        for n in range(len(result) // self.model.group):
            vector = Vector(self.model, gains, p, n, self.q)
            assert vector.centre == centre[vector.components].tolist()
            if vector.skipped:
                self.skipped += 1
                continue
            symbols = [self.choose(vector.a(i)) for i in range(self.model.group)]
            vector.encode(encoder, symbols, self.zeros, row, column)
            result[vector.components] = symbols
            self.coded += 1

    def choose(self, a: int) -> int:
        """Mostly small, sometimes at the edge of the alphabet or far outside."""
        kind = self.random.random()
        if not self.wide or kind < 0.8:
            return self.random.choice((0, 0, 0, 1, -1, 2, -3))
        if kind < 0.9:
            return self.random.choice((a, -a, a - 1, 1 - a))
        self.escapes += 1
        far = 2**21 - 2 if self.random.random() < 0.02 else self.random.choice((1, 2, 3, 6, 7, 100))
        return self.random.choice((1, -1)) * (a + far)

    def chunks(self, tile: int) -> list[bytes]:
        """The level chunks, coarsest first (SPEC §10.1)."""
        result = []
        for level, encoders in self.encoders.items():
            streams = [encoder.finish() for encoder in encoders]
            head = varint(tile) + bytes([level, self.b]) + b"".join(varint(len(s)) for s in streams[:-1])
            result.append(chunk("L", head + b"".join(streams)))
        return result


def encode_tiles(model: refdec.Model, width: int, height: int, q: int, seed: int, b: int = 1, wide: bool = True):
    """(a LevelEncoder a tile, v a tile) of a picture of random symbols."""
    encoders, values = [], []
    for top, bottom in refdec.tile_spans(height):
        for left, right in refdec.tile_spans(width):
            encoder = LevelEncoder(model, q, seed + len(encoders), b, wide)
            values.append(refdec.reconstruct_tile(model, q, right - left, bottom - top, encoder.symbols_of))
            encoders.append(encoder)
    return encoders, values


def lossy_file(model, encoders, width, height, channels, bits, q, *extra) -> bytes:
    tiles = [encoder.chunks(tile) for tile, encoder in enumerate(encoders)]
    levels = [tile[i] for i in range(4) for tile in tiles]
    return vci(header_chunk(width, height, channels, bits, False, q, model.identity), *extra, *levels)


def decode(data: bytes, model=None, **options) -> np.ndarray:
    return refdec.decode_picture(refdec.read_picture_file(data), model, **options)


@pytest.fixture(scope="module")
def tiny() -> TinyModel:
    return TinyModel(1)


@pytest.fixture(scope="module")
def model(tiny) -> refdec.Model:
    return refdec.read_model(tiny.file)


@pytest.fixture(scope="module")
def small(model):
    """(file, encoder, v) of one 70 x 65 RGB tile."""
    encoders, values = encode_tiles(model, 70, 65, 20, seed=3)
    return lossy_file(model, encoders, 70, 65, 3, 8, 20), encoders[0], values[0]


# ---------------------------------------------------------------------------------------------------------------------
# §1 to §5
# ---------------------------------------------------------------------------------------------------------------------


def test_crc_has_the_published_check_value():
    assert refdec.crc32c(b"123456789") == 0xE3069283 == crc32c_bitwise(b"123456789")


@pytest.mark.parametrize("value", [0, 1, 127, 128, 16383, 16384, 2**32 - 1])
def test_varint_round_trips(value):
    fields = refdec.Fields(varint(value))
    assert fields.varint("value") == value and fields.remaining == 0


@pytest.mark.parametrize("data", [b"", b"\x80", b"\xff" * 5, b"\x80\x80\x80\x80\x10", b"\x80" * 5 + b"\0"])
def test_bad_varint_is_refused_at_its_start(data):
    with pytest.raises(refdec.Malformed) as error:
        refdec.Fields(b"xx" + data, 2).varint("value")
    assert error.value.offset == 2


@pytest.mark.parametrize("seed", range(20))
def test_range_coder_returns_every_interval(seed):
    source = random.Random(seed)
    cuts = sorted({0, 65536, 1, 65535, *(source.randrange(65536) for _ in range(source.randrange(8)))})
    intervals = list(zip(cuts, cuts[1:]))
    favour = [max(1, (hi - lo) ** source.choice((0, 1, 2))) for lo, hi in intervals]
    chosen = source.choices(intervals, favour, k=source.choice((0, 1, 2, 10, 3000)))
    encoder = RangeEncoder()
    for lo, hi in chosen:
        encoder.encode(lo, hi - lo)
    decoder = refdec.RangeDecoder(encoder.finish())
    for lo, hi in chosen:
        assert lo <= decoder.target() < hi
        decoder.take(lo, hi - lo)
        assert 2**32 <= decoder.range <= 2**40 and 0 <= decoder.code < decoder.range


def test_no_symbols_take_no_bytes():
    assert RangeEncoder().finish() == b""


# ---------------------------------------------------------------------------------------------------------------------
# §4, §6
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [
    b"", b"\0", b"\xff" * 3000, bytes(3000), b"Keyword\0\0\0some text, some text", bytes(range(256))])
def test_byte_string_round_trips(content):
    assert refdec.decode_byte_string(refdec.RangeDecoder(encode_byte_string(content)), len(content)) == content


def test_metadata_is_unpacked_and_unknown_optional_chunks_are_skipped():
    profile = b"sRGB\0" + bytes(range(200))
    extra = [chunk("c", b"\1" + varint(len(profile)) + encode_byte_string(profile)), chunk("x", b"\0II*\0"),
             chunk("t", b"\0a\0\0\0b"), chunk("t", b"\0c\0\0\0d"), chunk("z", b"?"), chunk("d", bytes(9)),
             chunk("g", b"\x0d" + bytes(4 + 1 + 4))]
    picture = refdec.read_picture_file(vci(header_chunk(1, 1, 1, 8, True), *extra, chunk("P", b"\0\0\x07")))
    contents = [(c.kind, refdec.read_metadata(c)) for c in picture.metadata]
    assert contents[:4] == [("c", profile), ("x", b"II*\0"), ("t", b"a\0\0\0b"), ("t", b"c\0\0\0d")]
    assert [kind for kind, _ in contents] == list("cxttdg")


@pytest.mark.parametrize("kind, payload", [
    ("c", b"\0no zero"), ("t", b"\0a\0b\0c"), ("t", b"\0a\0\0\0\xff"), ("d", bytes(8) + b"\2"), ("d", bytes(10)),
    ("g", b"\4\4"), ("g", b"\x10"), ("g", b"\1\0\0\0"), ("x", b"\2"), ("p", b""), ("p", b"\1\x81\x80\x80\x08")])
def test_metadata_without_sense_is_refused_and_does_not_matter(kind, payload):
    picture = refdec.read_picture_file(vci(GREY, chunk(kind, payload), VALUE))
    with pytest.raises(refdec.Malformed):
        refdec.read_metadata(picture.metadata[0])
    assert refdec.decode_picture(picture, None).tolist() == [[[7]]]


def plane_pictures(bits: int):
    """Smooth, noisy, extreme, and flat planes of awkward sizes."""
    source, top = np.random.default_rng(bits), (1 << bits) - 1
    yield np.add.outer(np.arange(40) * 3, np.arange(50) * 2) % (top + 1)
    yield source.integers(0, top + 1, (33, 17))
    yield source.choice([0, top, top // 2, top // 2 + 1], (30, 20))
    yield np.full((5, 9), top)
    yield source.integers(0, top + 1, (1, 30))
    yield source.integers(0, top + 1, (30, 1))
    yield np.array([[top // 2 + 1]])


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("number", range(7))
def test_plane_round_trips(bits, number):
    plane = list(plane_pictures(bits))[number]
    height, width = plane.shape
    data = vci(header_chunk(width, height, 1, bits, True), encode_plane(0, plane, bits))
    assert np.array_equal(decode(data)[:, :, 0], plane)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_lossless_colour_round_trips(bits, channels):
    samples = np.random.default_rng(channels).integers(0, 1 << bits, (9, 11, channels))
    colours, top = 1 if channels < 3 else 3, (1 << bits) - 1
    planes = {0: samples[:, :, 0]}
    if colours == 3:
        red, green, blue = (samples[:, :, c] for c in range(3))
        planes = {0: green, 1: red - green & top, 2: blue - green & top}
    if channels % 2 == 0:
        planes[3] = samples[:, :, -1]
    parts = [encode_plane(index, plane, bits) for index, plane in planes.items()]
    data = vci(header_chunk(11, 9, channels, bits, True), *parts)
    assert np.array_equal(decode(data), samples)


def test_constant_planes():
    data = vci(header_chunk(3, 2, 2, 16, True), chunk("P", b"\3\0\xff\xff"), chunk("P", b"\0\0\x34\x12"))
    assert decode(data).tolist() == [[[0x1234, 65535]] * 3] * 2


@pytest.mark.parametrize("size, negative", [(128, 0), (129, 1), (255, 1), (256, 0), (40000, 1)])
def test_residual_out_of_range_is_refused(size, negative):
    encoder, contexts = RangeEncoder(), Contexts()
    encoder.adaptive(contexts["zero"], 0)
    encoder.adaptive(contexts["negative"], negative)
    encode_magnitude(encoder, contexts, 0, size)
    head = header_chunk(1, 1, 1, 8, True)
    with pytest.raises(refdec.Malformed) as error:
        decode(vci(head, chunk("P", b"\0\1" + encoder.finish())))
    assert error.value.offset == 5 + len(head)


# ---------------------------------------------------------------------------------------------------------------------
# §7, §8: the network against a scalar second reading
# ---------------------------------------------------------------------------------------------------------------------


def scalar_pointwise(layer: refdec.Pointwise, x: list[int]) -> list[int]:
    result = []
    for n in range(len(layer.bias)):
        acc = int(layer.bias[n]) + sum(int(w) * value for w, value in zip(layer.weights[:, n], x))
        y = (acc * int(layer.multiplier[n]) + (1 << layer.shift - 1)) >> layer.shift
        result.append(clamp(y, -32768, 32767))
    return result


def scalar_mix(rows: np.ndarray, c: int, q: int) -> int:
    i, r = q // 9, q % 9
    above = int(rows[i + 1][c]) if r else 0
    return (int(rows[i][c]) * (9 - r) + above * r + 4) // 9


def scalar_block(layer: refdec.Block, x: np.ndarray, q: int, row: int, column: int) -> list[int]:
    side, h = layer.kernel.shape[0], []
    for c in range(x.shape[2]):
        acc = 0
        for u in range(side):
            for v in range(side):
                i, j = row + u - side // 2, column + v - side // 2
                if 0 <= i < x.shape[0] and 0 <= j < x.shape[1]:
                    acc += int(layer.kernel[u][v][c]) * int(x[i, j, c])
        scaled = acc * scalar_mix(layer.multiplier, c, q) + (1 << layer.shift - 1) >> layer.shift
        h.append(clamp(scaled + scalar_mix(layer.addend, c, q), -32768, 32767))
    hidden = [e if e >= 0 else e >> 3 for e in scalar_pointwise(layer.expand, h)]
    project = scalar_pointwise(layer.project, hidden)
    return [clamp(int(a) + b, -32768, 32767) for a, b in zip(x[row, column], project)]


@pytest.mark.parametrize("q", [0, 5, 9, 40, 62, 63])
@pytest.mark.parametrize("level", [0, 3])
def test_block_equals_the_scalar_reading(model, q, level):
    layer = model.levels[level].latents[0].front
    x = np.random.default_rng(q).integers(-32768, 32768, (6, 3, 16)).astype(np.int16)
    y = refdec.block(layer, x, q)
    for row, column in [(0, 0), (5, 2), (2, 1), (3, 0)]:
        assert y[row, column].tolist() == scalar_block(layer, x, q, row, column)


def extreme_pointwise(sign: int, shift: int) -> bytes:
    """Weights and bias at the edge that the overflow check allows: 32768*(32767 + 32768) + |bias| = 2^31 - 1."""
    weights = np.array([[-32767, 32767, 0]]) if sign < 0 else np.array([[-32768, -32767, 0]])
    bias = 2**31 - 1 - 32768 * int(np.abs(weights).sum())
    return struct.pack("<HHB", 3, 1, shift) + pack("<i2", weights) + pack("<i4", [bias]) + pack("<i4", [-2**31])


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("shift", [1, 30, 61, 62])
def test_pointwise_is_exact_at_the_edge_of_the_overflow_proof(sign, shift):
    layer = refdec.read_pointwise(refdec.Fields(extreme_pointwise(sign, shift)), 3, None)
    x = np.full((1, 3), -32768, dtype=np.int16)
    assert refdec.pointwise(layer, x)[0].tolist() == scalar_pointwise(layer, x[0].tolist())


def test_accumulator_that_could_overflow_is_refused():
    data = bytearray(extreme_pointwise(1, 20))
    data[-8:-4] = struct.pack("<i", 32768)
    with pytest.raises(refdec.Malformed, match="overflow"):
        refdec.read_pointwise(refdec.Fields(bytes(data)), 3, None)


def test_depth_to_space_moves_channels():
    x = np.arange(2 * 3 * 12).reshape(2, 3, 12)
    y = refdec.depth_to_space(x, 2)
    for (row, column, n), value in np.ndenumerate(x):
        u, v, c = n // 3 // 2, n // 3 % 2, n % 3
        assert y[row * 2 + u, column * 2 + v, c] == value


def test_model_cut_anywhere_is_refused(tiny):
    for size in [*range(0, 40), *range(40, len(tiny.file), 997)]:
        with pytest.raises(refdec.Malformed):
            refdec.read_model(tiny.file[:size])


def test_decoder_section_cut_anywhere_is_refused(tiny):
    for size in [*range(0, 60), *range(60, len(tiny.section), 1511), len(tiny.section) - 1]:
        with pytest.raises(refdec.Malformed):
            refdec.read_model(TinyModel.wrap(tiny.section[:size]))
    with pytest.raises(refdec.Malformed):
        refdec.read_model(TinyModel.wrap(tiny.section + b"\0"))


# ---------------------------------------------------------------------------------------------------------------------
# §9, §10: symbols
# ---------------------------------------------------------------------------------------------------------------------


def decoded_symbols(data: bytes, model: refdec.Model, width: int, height: int, tile: int = 0):
    """((level, block) -> symbols, v) of a tile, by refdec."""
    picture = refdec.read_picture_file(data)
    decoders, found = refdec.level_decoders(picture, model, tile, 4), {}

    def symbols_of(level, index, p, parameters):
        found[level, index] = decoders[level].symbols(parameters)
        return found[level, index]

    return found, refdec.reconstruct_tile(model, picture.header.quality, width, height, symbols_of)


def check_symbols(data, encoder, v, model, width, height):
    found, decoded = decoded_symbols(data, model, width, height)
    assert found.keys() == encoder.symbols.keys()
    for key in found:
        assert np.array_equal(found[key], encoder.symbols[key]), key
    assert np.array_equal(decoded, v)


def test_symbols_round_trip_with_escapes_and_skipped_vectors(small, model):
    data, encoder, v = small
    assert encoder.skipped > 50 and encoder.coded > 50 and encoder.escapes > 50
    check_symbols(data, encoder, v, model, 70, 65)


@pytest.mark.parametrize("seed, mixtures, group, latents, b", [
    (5, 1, 1, ((3,), (), (2,), (1,)), 0),
    (6, 2, 16, ((16,), (32,), (), (16, 16)), 3),
    (7, 4, 4, ((), (8,), (4, 4, 4), ()), 2),
])
def test_symbols_round_trip_with_other_shapes(seed, mixtures, group, latents, b):
    model = refdec.read_model(TinyModel(seed, mixtures, group, latents, tail=seed % 3).file)
    encoders, values = encode_tiles(model, 65, 64, 63 - seed, seed, b)
    for level in range(4):  # levels without latents have empty streams
        encoders[0].encoders.setdefault(level, [RangeEncoder() for _ in range(1 << b)])
    encoders[0].encoders = {level: encoders[0].encoders[level] for level in (3, 2, 1, 0)}
    data = lossy_file(model, encoders, 65, 64, 3, 8, 63 - seed)
    check_symbols(data, encoders[0], values[0], model, 65, 64)


def test_phases_say_where_a_block_is_active():
    for (row, column), active in np.ndenumerate(refdec.active_positions(1, 4, 5)):
        assert active == ((row + column) % 2 == 0)
    assert np.array_equal(refdec.active_positions(2, 4, 5), ~refdec.active_positions(1, 4, 5))
    assert refdec.active_positions(0, 4, 5).all()


def test_inactive_positions_are_left_alone():
    """Symbols there change nothing, symbols elsewhere do; the last block of level 0 is of phase 2."""
    model = refdec.read_model(TinyModel(14, 1, 8, ((16, 16), (), (), ()), tail=0).file)
    assert [latent.phase for latent in model.levels[0].latents] == [1, 2]

    def decoded(at, block):
        def symbols_of(level, index, p, parameters):
            symbols = np.zeros(parameters.centre.shape, dtype=np.int64)
            if (level, index) == (0, block):
                symbols[at] = 200
            return symbols
        return refdec.reconstruct_tile(model, 30, 64, 64, symbols_of)

    none = decoded((0, 0), None)
    assert np.array_equal(decoded((2, 2), 1), none) and not np.array_equal(decoded((2, 3), 1), none)
    assert np.array_equal(decoded((2, 3), 0), none) and not np.array_equal(decoded((2, 2), 0), none)


@pytest.mark.parametrize("position, value", [(13, 0), (13, 17), (15, 3), (15, 255)])
def test_bad_latent_shape_is_refused(tiny, position, value):
    """The first latent block of level 0 has its channels at bytes 13 and 14, its phase at byte 15."""
    section = bytearray(tiny.section)
    assert section[12:16] == b"\1\x10\0\1"
    section[position] = value
    with pytest.raises(refdec.Malformed, match="latent channels|phase"):
        refdec.read_model(TinyModel.wrap(bytes(section)))


@pytest.mark.parametrize("mixtures", [1, 2, 3, 4])
@pytest.mark.parametrize("spread", [40, 2000, 32768])
def test_parameters_equal_the_scalar_reading(mixtures, spread):
    """All clamps of §10.2 and §10.3, equal logits, and steps up to the edge of their type."""
    model = refdec.read_model(TinyModel(11, mixtures, 4, ((), (), (), (8,)), 0).file)
    source, z, q = np.random.default_rng(spread + mixtures), 8, 63
    gains = model.levels[3].latents[0].gains
    gains.step[q] = source.choice([1, 5000, 2**31 - 1, -2**31], z)
    p = source.integers(-spread, spread, (4, 5, mixtures * (2 + 2 * z))).astype(np.int16)
    p[0, :, :2 * mixtures] = 7
    found = refdec.vector_parameters(model, gains, p, q)
    for y, x, n in np.ndindex(4, 5, 2):
        vector = Vector(model, gains, p[y, x].tolist(), n, q)
        assert found.weights[y, x, n].tolist() == vector.w and sum(vector.w) == 65536
        assert found.centre[y, x, 4 * n:4 * n + 4].tolist() == vector.centre
        assert found.offset[y, x, n].tolist() == vector.off
        assert found.index[y, x, n].tolist() == vector.idx
        assert found.bound[y, x, n].tolist() == [vector.a(i) for i in range(4)]
        assert found.skip[y, x, n] == vector.skipped
        for i in range(4):  # every symbol owns something
            steps = [vector.c(i, s) for s in range(-vector.a(i), vector.a(i) + 2)]
            assert all(lo < hi for lo, hi in zip(steps, steps[1:]))


@pytest.mark.parametrize("spread, index, skipped", [(24, 20, True), (25, 20, False), (24, 21, False)])
def test_skipping_ends_at_its_limits(spread, index, skipped):
    """Two mixture components of equal weight at centre +- spread; skipOffset is 24 and skipScale 20."""
    model = refdec.read_model(TinyModel(12, 2, 1, ((), (), (), (1,)), 0).file)
    gains = model.levels[3].latents[0].gains
    gains.step[0], gains.scale[0] = 1 << gains.step_shift, 0
    scale = 32 * (index + model.min_scale)
    p = np.array([[[0, 0, spread, -spread, scale + 15, scale - 16]]], dtype=np.int16)
    found = refdec.vector_parameters(model, gains, p, 0)
    assert found.offset.ravel().tolist() == [spread, -spread] and found.index.ravel().tolist() == [index] * 2
    assert found.skip.item() == skipped


def test_excess_longer_than_20_bits_is_refused(model):
    encoder = LevelEncoder(model, 0, 1, 0)
    encoder.choose = lambda a: a + 2**21 - 1
    refdec.reconstruct_tile(model, 0, 1, 1, encoder.symbols_of)
    data = lossy_file(model, [encoder], 1, 1, 3, 8, 0)
    with pytest.raises(refdec.Malformed, match="excess"):
        decode(data, model)


def test_trace_names_every_stream(small, model, capsys):
    decode(small[0], model, trace=True)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[3:6:2] for line in lines] == [[f"{lv}", f"{b}"] for lv in (3, 2, 1, 0) for b in (0, 1)]
    assert sum(int(line.split()[-1]) for line in lines) == small[1].coded * model.group


# ---------------------------------------------------------------------------------------------------------------------
# §11: samples and tiles
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("bits", [8, 16])
def test_samples_follow_from_v(model, channels, bits):
    encoders, values = encode_tiles(model, 9, 7, 30, seed=channels, b=0)
    alpha = np.random.default_rng(0).integers(0, 1 << bits, (7, 9))
    extra = [encode_plane(3, alpha, bits)] if channels % 2 == 0 else []
    samples = decode(lossy_file(model, encoders, 9, 7, channels, bits, 30, *extra), model)
    scale, top = (1, 255) if bits == 8 else (257, 65535)
    for (y, x), a in np.ndenumerate(alpha):
        v = values[0][y, x].tolist()
        expected = [clamp(scale * value + 32 >> 6, 0, top) for value in v]
        if channels < 3:
            expected = [clamp((scale * sum(v) + 96) // 192, 0, top)]
        assert samples[y, x].tolist() == expected + ([int(a)] if channels % 2 == 0 else [])


@pytest.mark.parametrize("bits, scale, top", [(8, 1, 255), (16, 257, 65535)])
def test_grey_is_rounded(bits, scale, top):
    v = np.stack(np.meshgrid([-32768, 0, 5, 32767], [-1, 0, 9000], range(200)), axis=-1)[0]
    grey = refdec.to_samples(v, refdec.Header(1, 1, 1, bits, False))[:, :, 0]
    for index, sample in np.ndenumerate(grey):
        assert sample == clamp((scale * sum(v[index].tolist()) + 96) // 192, 0, top)


@pytest.mark.parametrize("size, expected", [
    (1, [(0, 1)]), (2048, [(0, 2048)]), (2049, [(0, 2048), (1984, 2049)]), (4032, [(0, 2048), (1984, 4032)]),
    (4033, [(0, 2048), (1984, 4032), (3968, 4033)])])
def test_tile_spans(size, expected):
    assert refdec.tile_spans(size) == expected


def blended(values, spans_x, spans_y, x, y) -> list[int]:
    """v at a sample by the words of §11: columns first, then rows."""
    joined = []
    for row, (top, bottom) in enumerate(spans_y):
        if top <= y < bottom:
            parts = [(left, values[row * len(spans_x) + i][y - top, x - left].tolist())
                     for i, (left, right) in enumerate(spans_x) if left <= x < right]
            joined.append((top, mix(parts, x)))
    return mix(joined, y)


def mix(parts, at: int) -> list[int]:
    if len(parts) == 1:
        return parts[0][1]
    (_, before), (start, after) = parts
    f = 2 * (at - start) + 1
    return [a * (128 - f) + b * f + 64 >> 7 for a, b in zip(before, after)]


@pytest.mark.parametrize("width, height", [(2060, 3), (5, 2049)])
def test_tiles_are_joined(width, height):
    model = refdec.read_model(TinyModel(8, 2, 8, ((), (), (8,), (8,)), tail=0).file)
    encoders, values = encode_tiles(model, width, height, 10, seed=9, b=1, wide=False)
    for encoder in encoders:
        encoder.encoders |= {1: [RangeEncoder()] * 2, 0: [RangeEncoder()] * 2}
    samples = decode(lossy_file(model, encoders, width, height, 3, 8, 10), model)
    spans_x, spans_y = refdec.tile_spans(width), refdec.tile_spans(height)
    assert len(values) == 2
    for x in [*range(0, width, 97), *range(max(0, width - 100), width)]:
        for y in [*range(0, height, 97), *range(max(0, height - 100), height)]:
            v = blended(values, spans_x, spans_y, x, y)
            assert samples[y, x].tolist() == [clamp(value + 32 >> 6, 0, 255) for value in v], (x, y)


def test_four_tiles_are_joined_in_columns_then_rows():
    source = np.random.default_rng(2)
    header = refdec.Header(2050, 2051, 3, 8, False)
    spans_x, spans_y = refdec.tile_spans(2050), refdec.tile_spans(2051)
    values = [source.integers(-1000, 18000, (b - t, r - l, 3)).astype(np.int16)
              for t, b in spans_y for l, r in spans_x]
    samples = np.empty((2051, 2050, 3), dtype=np.uint8)
    patch = pytest.MonkeyPatch()
    patch.setattr(refdec, "decode_tile", lambda picture, model, tile, *rest: values[tile])
    refdec.decode_lossy_colour(refdec.PictureFile(header), None, 4, False, samples)
    patch.undo()
    for x, y in [(0, 0), (1984, 1984), (2047, 2047), (2048, 1990), (2000, 3), (1983, 2050), (2010, 2040)]:
        v = blended(values, spans_x, spans_y, x, y)
        assert samples[y, x].tolist() == [clamp(value + 32 >> 6, 0, 255) for value in v], (x, y)


# ---------------------------------------------------------------------------------------------------------------------
# §12, §13: incomplete and damaged files
# ---------------------------------------------------------------------------------------------------------------------


def chunk_offsets(data: bytes) -> list[int]:
    return [c.offset for c in refdec.read_chunks(data)]


def test_truncation_shows_the_levels_that_are_whole(small, model):
    data, encoder, _ = small
    offsets = chunk_offsets(data) + [len(data)]  # H, levels 3, 2, 1, 0, end
    for levels in (1, 2, 3):
        whole = decode(data, model, levels=levels)
        for end in (offsets[levels + 1], offsets[levels + 1] + 1, offsets[levels + 2] - 1):
            picture = refdec.read_picture_file(data[:end])
            assert np.array_equal(refdec.decode_picture(picture, model), whole)
            assert refdec.missing_levels(picture) == 4 - levels
    for end in range(offsets[2]):
        with pytest.raises(refdec.Malformed) as error:
            refdec.read_picture_file(data[:end])
        assert error.value.offset <= end


def test_level_after_a_gap_is_ignored(small, model):
    data = small[0]
    offsets = chunk_offsets(data)
    without_level_2 = data[:offsets[2]] + data[offsets[3]:]
    assert np.array_equal(decode(without_level_2, model), decode(data, model, levels=1))


def test_every_flipped_bit_is_noticed(model):
    encoders, _ = encode_tiles(model, 3, 2, 10, seed=4, b=1, wide=False)
    data = lossy_file(model, encoders, 3, 2, 2, 8, 10, encode_plane(3, np.eye(2, 3, dtype=int), 8))
    for position in range(len(data)):
        for bit in random.Random(position).sample(range(8), 2):
            damaged = bytearray(data)
            damaged[position] ^= 1 << bit
            try:
                picture = refdec.read_picture_file(bytes(damaged))
            except refdec.Malformed as error:
                assert error.offset <= len(data)
            else:  # a length that now goes past the end looks like a cut L chunk
                assert picture.cut and picture.cut.kind == "L" and picture.cut.offset in chunk_offsets(data)


@pytest.mark.parametrize("seed", range(25))
def test_damage_under_a_right_check_ends_well(model, seed):
    """Flips inside L and P payloads with the check made good again: decodes to something or is refused."""
    source = random.Random(seed)
    encoders, _ = encode_tiles(model, 3, 2, 10, seed, b=1, wide=False)
    good = lossy_file(model, encoders, 3, 2, 2, 8, 10, encode_plane(3, np.eye(2, 3, dtype=int), 8))
    parts = [good[c.payload.offset:c.payload.end] for c in refdec.read_chunks(good)]
    kinds = [c.kind for c in refdec.read_chunks(good)]
    for _ in range(8):
        payloads = [bytearray(part) for part in parts]
        victim = source.randrange(len(parts))
        payloads[victim][source.randrange(len(parts[victim]))] ^= 1 << source.randrange(8)
        data = vci(*(chunk(kind, bytes(part)) for kind, part in zip(kinds, payloads)))
        try:
            picture = refdec.read_picture_file(data, limit=10000)
            if max(picture.header.width, picture.header.height) < 200:
                refdec.decode_picture(picture, model)
        except refdec.Malformed as error:
            assert 0 <= error.offset <= len(data)


GREY = header_chunk(1, 1, 1, 8, True)
VALUE = chunk("P", b"\0\0\x07")
LOSSY = header_chunk(1, 1, 3, 8, False, 5, b"identity")
END = 5 + len(GREY)


@pytest.mark.parametrize("data, offset", [
    (b"", 0), (b"\x8Evcj\x04", 0), (b"\x8Evci", 4), (b"\x8Evci\x03", 4), (vci(), 5), (vci(VALUE), 5),
    (vci(GREY), END), (vci(GREY, GREY, VALUE), END), (vci(GREY, VALUE, VALUE), END + len(VALUE)),
    (vci(GREY, chunk("Q", b""), VALUE), END), (vci(GREY, b"\x31\0", VALUE), END), (vci(GREY, b"\xcc\0", VALUE), END),
    (vci(GREY, chunk("P", b"\1\0\x07")), END), (vci(GREY, chunk("L", b"\0\3\0")), END),
    (vci(GREY, chunk("d", bytes(9)), chunk("d", bytes(9)), VALUE), END + 15),
    (vci(GREY, VALUE[:-1]), END), (vci(GREY, b"P\xff\xff\xff\xff\xff"), END + 1),
    (vci(header_chunk(0, 1, 1, 8, True), VALUE), 7), (vci(header_chunk(1, 2**24 + 1, 1, 8, True), VALUE), 8),
    (vci(chunk("H", b"\1\1\x10")), 9), (vci(chunk("H", b"\1\1\x08\0")), 10), (vci(chunk("H", b"\1\1\x00\x40")), 10),
    (vci(header_chunk(2**24, 2**24, 4, 16, True)), 5),
    (vci(LOSSY, chunk("L", b"\1\3\0")), 5 + len(LOSSY) + 2), (vci(LOSSY, chunk("L", b"\0\4\0")), 5 + len(LOSSY) + 3),
    (vci(LOSSY, chunk("L", b"\0\3\4")), 5 + len(LOSSY) + 4), (vci(LOSSY, chunk("L", b"\0\3\1\2x")), 5 + len(LOSSY) + 5),
    (vci(LOSSY, chunk("L", b"\0\2\0")), 5 + len(LOSSY) + 9),
])
def test_malformed_file_is_refused_at_its_offset(data, offset):
    with pytest.raises(refdec.Malformed) as error:
        refdec.read_picture_file(data)
    assert error.value.offset == offset, str(error.value)


@pytest.mark.parametrize("payload, offset", [(b"\0\2", 3), (b"\0\0", 4), (b"\0\0\1\1", 5), (b"\0", 3)])
def test_malformed_plane_is_refused_at_its_offset(payload, offset):
    with pytest.raises(refdec.Malformed) as error:
        decode(vci(GREY, chunk("P", payload)))
    assert error.value.offset == END + offset


# ---------------------------------------------------------------------------------------------------------------------
# §14: samples
# ---------------------------------------------------------------------------------------------------------------------


def samples_chunk(v: int, b: int, *streams: bytes) -> bytes:
    return chunk("S", bytes([v, b]) + b"".join(varint(len(s)) for s in streams[:-1]) + b"".join(streams))


def arbitrary_streams(seed: int, b: int, size: int = 40) -> list[bytes]:
    return [random.Random(seed + j).randbytes(size) for j in range(1 << b)]


def test_logarithms_and_powers_are_the_nearest():
    """Exactly: mant within 1/2 of 128*log2(1 + i/256), exp within 1/2 of 65536*2^(i/256)."""
    for i, m in enumerate(refdec.MANTISSA):
        assert 2 ** (2048 + 2 * m) <= 2 * (256 + i) ** 256 and (256 + i) ** 256 <= 2 ** (2049 + 2 * m)
    for i, e in enumerate(refdec.EXP):
        assert (2 * e - 1) ** 256 <= 2 ** (4352 + i) <= (2 * e + 1) ** 256
    assert len(refdec.MANTISSA) == 257 and len(refdec.EXP) == 256


@pytest.mark.parametrize("v, expected", [(1, 0), (2, 128), (3, 203), (4, 256), (255, 1023), (256, 1024), (257, 1025),
                                         (4095, 1536), (2**24, 3072), (2**24 - 1, 3072), (2**24 + 1, 3072)])
def test_binary_log(v, expected):
    assert refdec.binary_log(v) == expected


def test_tables_of_the_logistic_curve():
    assert refdec.LOGISTIC_TAIL[0] == 2**23 and len(refdec.LOGISTIC_TAIL) == 4096
    assert refdec.LOGISTIC_TAIL[4095] == 2**40 // (65536 + refdec.EXP[255] * 2**15)
    assert all(a >= b for a, b in zip(refdec.LOGISTIC_TAIL, refdec.LOGISTIC_TAIL[1:]))
    assert [refdec.SQUASH[d] for d in (-2047, -1, 0, 1, 2047)] == [
        2**32 // (65536 + refdec.EXP[254] * 2**15), 2**32 // (65536 + refdec.EXP[2]), 32768,
        65536 - 2**32 // (65536 + refdec.EXP[2]), 65536 - 2**32 // (65536 + refdec.EXP[254] * 2**15)]
    assert all(refdec.SQUASH[-d] == 65536 - refdec.SQUASH[d] for d in range(1, 2048)) and len(refdec.SQUASH) == 4095
    assert refdec.STRETCH[2048] == 0 and refdec.STRETCH[0] == -refdec.STRETCH[4095] == -refdec.binary_log(8191)
    assert all(a <= b for a, b in zip(refdec.STRETCH, refdec.STRETCH[1:])) and len(refdec.STRETCH) == 4096
    assert refdec.FALL[0] == 65536 and refdec.FALL[16] == 32768 and len(refdec.FALL) == 256
    assert refdec.FALL[255] == 2**32 // (refdec.EXP[240] * 2**15) >= 1


@pytest.mark.parametrize("x, level", [(0, 0), (47, 0), (48, 1), (127, 1), (128, 2), (255, 2), (256, 3), (511, 3),
                                      (512, 4), (1023, 4), (1024, 5), (99999, 5)])
def test_gradient_step(x, level):
    assert (refdec.gradient_step(x), refdec.gradient_step(-x)) == (level, -level)


@pytest.mark.parametrize("a, b, expected", [(7, 2, 3), (-7, 2, -3), (-1, 64, 0), (-64, 64, -1), (0, 5, 0)])
def test_division_rounds_towards_zero(a, b, expected):
    assert refdec.divide_towards_zero(a, b) == expected


@pytest.mark.parametrize("seed", range(5))
def test_mass_is_that_of_the_two_cases(seed):
    source = random.Random(seed)
    channel = refdec.SampleChannel(0, [], refdec.RangeDecoder(b""), 1, 1)
    tail = lambda z: refdec.LOGISTIC_TAIL[min(4095, z)]  # noqa: E731
    phi = lambda z: 2**24 - tail(z) if z >= 0 else tail(-z)  # noqa: E731
    for _ in range(300):
        channel.predictions = [source.randrange(16321) for _ in range(7)]
        channel.inverses = [2**24 // source.choice((31, 40, 500, 28560)) for _ in range(7)]
        channel.below = {}
        x, y = sorted(source.choice((source.randint(-2000, 18000), channel.predictions[0], -2**17, 2**17))
                      for _ in range(2))
        expected = []
        for prediction, inverse in zip(channel.predictions, channel.inverses):
            u, v = (x - prediction) * inverse >> 14, (y - prediction) * inverse >> 14
            expected.append(tail(u) - tail(v) if u >= 0 else phi(v) - phi(u))
        assert channel.masses(((x, y),)) == expected and min(expected) >= 0


class ScalarPredictor:
    """§14.8 a line a formula."""

    def __init__(self, k: int):
        self.k, self.w, self.g, self.j = k, [0] * 16, [0] * 16, 0
        self.a = [[0] * 16 for _ in range(16)]

    def learn(self, f, gain, error) -> None:
        k = self.k
        for i in range(16):
            for m in range(16):
                self.a[i][m] += f[i] * f[m] * gain - (self.a[i][m] + 2 ** (k - 1) >> k)
            self.g[i] += f[i] * error * gain - (self.g[i] + 2 ** (k - 1) >> k)
        for _ in range(4):
            top, bottom = 1024 * self.g[self.j], self.a[self.j][self.j] + 64
            delta = abs(top) // bottom * (1 if top > 0 else -1)
            moved = clamp(self.w[self.j] + delta, -2**18, 2**18)
            delta, self.w[self.j] = moved - self.w[self.j], moved
            for m in range(16):
                self.g[m] -= delta * self.a[self.j][m] >> 10
            self.j = (self.j + 1) % 16


@pytest.mark.parametrize("k", [6, 10])
@pytest.mark.parametrize("reach", [1, 20, 255])
def test_linear_predictor_learns_like_its_formulas(k, reach):
    source, mine, other = random.Random(reach), refdec.LinearPredictor(k), ScalarPredictor(k)
    for _ in range(150):
        f = [source.randint(-reach, reach) * source.randrange(2) for _ in range(16)]
        gain, error = source.randint(1, 31), source.randint(-64 * reach, 64 * reach)
        assert mine.predict(f) == sum(a * b for a, b in zip(other.w, f)) >> 10
        mine.learn(f, np.multiply.outer(np.array(f), np.array(f)) * gain, gain, error)
        other.learn(f, gain, error)
        assert (mine.weights, mine.gradient, mine.matrix.tolist()) == (other.w, other.g, other.a)


class SamplesEncoder(refdec.SampleChannel):
    """Shares the decoder's model; each bit says in which of the two sets the wanted sample lies."""

    wanted: list = []  # of the band, [channel][row][column]
    y = -1

    def start_row(self) -> None:
        super().start_row()
        self.y += 1

    def decode(self, x: int) -> None:
        self.sample = int(self.wanted[self.c][self.y][x - refdec.MARGIN])
        super().decode(x)

    def residual(self, predicted: int) -> int:
        error, half = self.sample - predicted, self.step // 2
        r = (abs(error) + half) // self.step * (1 if error > 0 else -1)
        self.target = 64 * (predicted + r * self.step)
        assert super().residual(predicted) == r
        return r

    def bit(self, node, yes, no) -> int:
        inside = [sum(x < self.target < y for x, y in intervals) for intervals in (yes, no)]
        assert sum(inside) == 1
        self.decoder.next = inside[0]
        return super().bit(node, yes, no)


class BitEncoder(RangeEncoder):
    """Takes a decoder's place: codes the bit `next` where a decoder would return it."""

    next = 0

    def bit(self, f0: int) -> int:
        self.encode(*((f0, 65536 - f0) if self.next else (0, f0)))
        return self.next


PLACES = {"W": (-1, 0), "N": (0, 1), "NW": (-1, 1), "NE": (1, 1), "WW": (-2, 0), "NN": (0, 2), "NEE": (2, 1),
          "NWW": (-2, 1), "NNE": (1, 2), "NNW": (-1, 2)}  # columns right, rows up


class CopiesEncoder:
    """§14.9 a line a formula; stands where refdec.Copies does and shares only the samples of the channels."""

    willing = True  # whether a colour is taken over that is near enough

    def __init__(self, channels, encoder, width):
        self.channels, self.encoder, self.e = channels, encoder, []
        self.m = {}  # order, index: [colour, check, count]
        self.h = {(i, n, r): [19661, 45875 + 1180 * n] for i in range(4) for n in range(16) for r in range(4)}
        self.q, self.v = {}, {}

    def start_row(self) -> None:
        pass

    finish_row = start_row

    def colour(self, x: int, up: int) -> int:
        return sum(channel.samples[up][x] * 256**c for c, channel in enumerate(self.channels))

    def decode(self, x: int) -> bool:
        at = {name: self.colour(x + right, up) for name, (right, up) in PLACES.items()}
        self.e = [self.entry(i, list(at.values())[:size]) for i, size in enumerate((10, 6, 4, 2))]
        for r, candidate in enumerate(self.candidates(at)):
            bit = self.willing and self.is_near(candidate, x)
            self.code(r, candidate, at, int(bit))
            if bit:
                for c, channel in enumerate(self.channels):
                    channel.copy(x, candidate // 256**c % 256)
                return True
        return False

    def is_near(self, candidate: int, x: int) -> bool:
        wanted = [int(channel.wanted[c][channel.y][x - refdec.MARGIN]) for c, channel in enumerate(self.channels)]
        return all(abs(candidate // 256**c % 256 - s) <= self.channels[0].step // 2 for c, s in enumerate(wanted))

    def entry(self, order: int, colours: list[int]) -> list[int]:
        h = 0
        for colour in colours:
            h = (h ^ colour) * 2654435761 % 2**32
            h = h ^ h // 2**15
        x = h * 2246822507 % 2**32
        entry = self.m.setdefault((order, x // 2**14), [0, 0, 0])
        if entry[1] != x % 2**14:
            entry[:] = [0, x % 2**14, 0]
        return entry

    def candidates(self, at) -> list[int]:
        found = []
        for colour in [colour for colour, _, count in self.e if count] + [at[name] for name in ("W", "N", "NW", "NE")]:
            if colour not in found and len(found) < 4:
                found.append(colour)
        return found

    def code(self, r, candidate, at, bit) -> None:
        w, n, nw, ne, ww, nn, *_ = at.values()
        p = ((candidate == w) + 2 * (candidate == n) + 4 * (candidate == nw) + 8 * (candidate == ne)
             + 16 * (candidate == ww) + 32 * (candidate == nn) + 64 * (w == n) + 128 * (n == ne) + 256 * (w == nw)
             + 512 * (n == nw))
        known = [(i, self.h[i, count, r], int(colour == candidate))
                 for i, (colour, _, count) in enumerate(self.e) if count]
        a = sum(m for _, _, m in known)
        q = self.q.setdefault((r, p), [32768, 0])
        v = self.v.setdefault((r, a), [23000] * 6)
        f = [0, 0, 0, 0, refdec.STRETCH[q[0] // 16], 40]
        for i, h, m in known:
            f[i] = refdec.STRETCH[h[m] // 16]
        t = clamp(sum(weight * value for weight, value in zip(v, f)) >> 16, -2047, 2047)
        one = clamp(refdec.SQUASH[t], 4, 65532)
        self.encoder.encode(*((65536 - one, one) if bit else (0, 65536 - one)))
        error = 65536 * bit - refdec.SQUASH[t]
        v[:] = [clamp(weight + (error * value + 2**14 >> 15), -2**19, 2**19) for weight, value in zip(v, f)]
        for _, h, m in known:
            h[m] = clamp(h[m] + (65535 * bit - h[m] >> 6), 16, 65520)
        q[0] = clamp(q[0] + ((65535 * bit - q[0]) * (131072 // (2 * q[1] + 3)) >> 16), 16, 65520)
        q[1] = min(255, q[1] + 1)

    def learn(self, x: int) -> None:
        colour = self.colour(x, 0)
        for entry in self.e:
            if entry[2] and entry[0] == colour:
                entry[2] = min(15, entry[2] + 1)
            else:
                entry[2] //= 2
                if entry[2] in (0, 1):
                    entry[0], entry[2] = colour, 1


class UnwillingEncoder(CopiesEncoder):
    willing = False


def encode_samples(samples: np.ndarray, v: int, b: int, copies: type = CopiesEncoder) -> bytes:
    """An `S` chunk of `[row][column][colour]`."""
    height, width, colours = samples.shape
    coded, streams = samples[:, :, [1, 0, 2] if colours == 3 else [0]], []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(refdec, "SampleChannel", SamplesEncoder)
        patch.setattr(refdec, "Copies", copies)
        for j in range(1 << b):
            rows = range(height * j >> b, height * (j + 1) >> b)
            patch.setattr(SamplesEncoder, "wanted", coded[rows.start:rows.stop].transpose(2, 0, 1))
            encoder = BitEncoder()
            refdec.decode_samples_band(encoder, len(rows), width, colours, v | 1, v % 2 == 0)
            streams.append(encoder.finish())
    return samples_chunk(v, b, *streams)


def drawn_picture(seed: int, height: int, width: int, colours: int) -> np.ndarray:
    """Glyphs of a few flat colours, again and again, with some noise and a ramp: what copies are for."""
    source = np.random.default_rng(seed)
    ink, glyphs = source.integers(0, 256, (5, colours)), source.integers(0, 5, (3, 6, 5))
    glyphs[:, 0], glyphs[:, :, 0] = 0, 0
    rows = [np.concatenate([glyphs[i] for i in source.integers(0, 3, width // 5 + 1)], axis=1)
            for _ in range(height // 6 + 1)]
    picture = ink[np.concatenate(rows)[:height, :width]]
    noise = source.random((height, width)) < 0.03
    picture[noise] = source.integers(0, 256, (np.count_nonzero(noise), colours))
    picture[:, width - width // 5:] += np.arange(height)[:, None, None]
    return picture % 256


def sample_pictures(colours: int):
    """Smooth, noisy and extreme pictures, a single column and a single sample."""
    source = np.random.default_rng(colours)
    ramp = np.add.outer(np.arange(14) * 5, np.arange(12) * 3)[:, :, None] + np.arange(colours) * 40
    yield ramp % 256
    yield source.integers(0, 256, (7, 9, colours))
    yield source.choice([0, 255], (9, 8, colours))
    yield source.integers(0, 256, (5, 1, colours))
    yield np.full((1, 1, colours), 255)
    yield drawn_picture(colours, 13, 14, colours)


@pytest.mark.parametrize("colours", [1, 3])
@pytest.mark.parametrize("v", [0, 1, 2, 3, 8, 9, 254, 255])
@pytest.mark.parametrize("b", [0, 1, 3])
def test_samples_round_trip_within_their_error(colours, v, b):
    for picture in sample_pictures(colours):
        height, width, _ = picture.shape
        data = vci(header_chunk(width, height, colours, 8, True), encode_samples(picture, v, b))
        error = np.abs(decode(data).astype(int) - picture)
        assert error.max() <= v // 2


@pytest.mark.parametrize("colours", [1, 3])
@pytest.mark.parametrize("copies, height", [(CopiesEncoder, 50), (UnwillingEncoder, 20)])
def test_copies_round_trip_whatever_the_encoder_chooses(colours, copies, height):
    picture = drawn_picture(6, height, 60, colours)
    data = vci(header_chunk(60, height, colours, 8, True), encode_samples(picture, 0, 0, copies))
    assert np.array_equal(decode(data), picture)


def test_copies_serve_pictures_of_few_colours():
    picture = drawn_picture(7, 36, 50, 3)
    with_copies, without = (len(encode_samples(picture, v, 0)) for v in (0, 1))
    assert 1.4 * with_copies < without


def test_smooth_samples_cost_less_than_noise():
    y, x = np.mgrid[:40, :40]
    smooth = (128 + 60 * np.sin(x / 9) + 50 * np.cos(y / 7)).astype(int)[:, :, None]
    noise = np.random.default_rng(0).integers(0, 256, smooth.shape)
    assert len(encode_samples(smooth, 1, 0)) < 600 and 1600 < len(encode_samples(noise, 1, 0)) < 1800


def test_samples_stand_beside_alpha_in_any_order():
    picture = np.random.default_rng(4).integers(0, 256, (6, 5, 4))
    parts = [encode_samples(picture[:, :, :3], 1, 1), encode_plane(3, picture[:, :, 3], 8), chunk("d", bytes(9))]
    for order in (parts, parts[::-1]):
        assert np.array_equal(decode(vci(header_chunk(5, 6, 4, 8, True), *order)), picture)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("v", [0, 1])
def test_samples_of_16_bits_are_257_times_those_of_8(channels, v):
    body = encode_samples(np.random.default_rng(3).integers(0, 3, (3, 5, channels)) * 99, v, 0)
    narrow, wide = (decode(vci(header_chunk(5, 3, channels, bits, True), body)) for bits in (8, 16))
    assert wide.dtype == np.uint16 and np.array_equal(wide, narrow.astype(np.uint16) * 257) and narrow.any()


@pytest.mark.parametrize("width, height", [(1, 1), (5, 3)])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("v", [0, 1, 8, 9])
@pytest.mark.parametrize("b", [0, 1])
def test_arbitrary_streams_give_samples(width, height, channels, v, b):
    head = header_chunk(width, height, channels, 8, True)
    for seed, size in enumerate((0, 1, 40, 400)):
        streams = arbitrary_streams(seed, b, size)
        if b and height == 1:
            streams[0] = b""  # of a band without rows
        samples = decode(vci(head, samples_chunk(v, b, *streams)))
        assert samples.shape == (height, width, channels) and samples.dtype == np.uint8
    full = [b"" if b and height == 1 and j == 0 else b"\xff" * 99 for j in range(1 << b)]
    decode(vci(head, samples_chunk(v, b, *full)))


@pytest.mark.parametrize("v", [0, 1])
def test_bands_share_nothing(v):
    picture = np.random.default_rng(5).integers(0, 2, (5, 6, 3)) * 200
    parts = [encode_samples(rows, v, 0) for rows in (picture[:2], picture[2:])]
    payloads = [chunk.payload for part in parts for chunk in [refdec.read_chunk(part, 0)]]
    streams = [payload.rest()[2:] for payload in payloads]
    whole = decode(vci(header_chunk(6, 5, 3, 8, True), samples_chunk(v, 1, *streams)))
    assert np.array_equal(whole, picture)


@pytest.mark.parametrize("v, step, copies", [(0, 1, True), (1, 1, False), (2, 3, True), (3, 3, False), (4, 5, True),
                                             (254, 255, True), (255, 255, False)])
def test_first_byte_says_step_and_copies(v, step, copies):
    samples = refdec.read_picture_file(vci(GREY, samples_chunk(v, 1, b"ab", b"c"))).samples
    assert (samples.step, samples.copies, samples.streams) == (step, copies, [b"ab", b"c"])


class Script:
    """Takes a decoder's place: gives the bits it was made with and notes the f0 that it was asked with."""

    def __init__(self, *bits: int):
        self.bits, self.asked = list(bits), []

    def bit(self, f0: int) -> int:
        self.asked.append(f0)
        return self.bits.pop(0)


def new_copies(colours: int, *bits: int, width: int = 1) -> refdec.Copies:
    channels, script = [], Script(*bits)
    for c in range(colours):
        channels.append(refdec.SampleChannel(c, channels, script, width, 1))
    return refdec.Copies(channels, script, width)


def test_copies_ask_with_the_probabilities_of_their_formulas():
    """The first two pixels of a black column, by hand: all ten neighbours are 0, so p = 1023."""
    copies = new_copies(1, 1, 1)
    for _ in range(2):
        refdec.decode_samples_row(copies.channels, copies, 1)
    stretch, squash = refdec.STRETCH, refdec.SQUASH
    first = 23000 * 40 >> 16  # no entry, a counter at one half
    after_1 = 32768 + (32767 * (131072 // 3) >> 16)  # the counter
    known = stretch[(45875 + 1180) >> 4]  # all four entries say 0 once
    second = (23000 * (4 * known + stretch[after_1 >> 4] + 40)) >> 16
    assert copies.decoder.asked == [65536 - squash[first], 65536 - squash[second]] and first == 14 < second
    error = 65536 - squash[first]
    assert copies.weights[0][0] == [23000] * 5 + [23000 + ((error * 40 + 2**14) >> 15)]
    assert [match[1][1][0] for match in copies.matches] == [47055 + ((65535 - 47055) >> 6)] * 4
    assert [list(table.values()) for table in copies.tables] == [[refdec.CopyEntry(0, 0, 2)]] * 4


@pytest.mark.parametrize("bit, weight, t", [(0, 2**19 - 1, 2047), (1, -2**19, -2047)])
def test_copies_learn_up_to_their_limits(bit, weight, t):
    """Probability, weights and H are limited; H is that of the entry's count and of the candidate's rank."""
    copies = new_copies(1, bit)
    copies.entries = [refdec.CopyEntry(7, 0, count) for count in (3, 0, 15, 1)]
    for match, h in zip(copies.matches, (16, 0, 40960, 65520)):
        match[1] = [[h] * 4 for _ in range(16)]
    copies.weights[2][3] = weights = [weight, 0, weight, weight, 0, weight]
    inputs = [refdec.STRETCH[1], 0, refdec.STRETCH[2560], refdec.STRETCH[4095], 0, 40]
    assert copies.bit(2, 7, [1] * 10) == bit and copies.decoder.asked == [4 if t > 0 else 65532]
    error = 65536 * bit - refdec.SQUASH[t]
    moved = [w + (error * f + 2**14 >> 15) for w, f in zip(weights, inputs)]
    assert copies.weights[2][3] == [clamp(w, -2**19, 2**19) for w in moved] and moved[0] * (1 - 2 * bit) > 2**19
    assert [match[1][n][2] for match, n in zip(copies.matches, (3, 0, 15, 1))] == [
        16 + (65519 >> 6) * bit, 0, 40960 + (24575 >> 6) * bit - 640 * (1 - bit), 65520 - 1024 * (1 - bit)]
    assert copies.matches[0][1][3] == [16, 16, 16 + 1023 * bit, 16] and copies.counts[2][64 + 128 + 256 + 512] == 1


def test_copied_pixel_takes_its_colour_and_teaches_the_channels_nothing():
    copies = new_copies(3, 0, 0, 1)
    copies.channels[1].residuals[0][2] = copies.channels[2].errors[6][0][2] = 9
    colours = 0x030201, 0x060504, 0xFFFEFD
    copies.find_entries = lambda near: [refdec.CopyEntry(colour, 0, 1) for colour in colours]
    before = [channel_knowledge(channel) for channel in copies.channels]
    assert copies.decode(2)
    assert [channel.samples[0][2] for channel in copies.channels] == [0xFD, 0xFE, 0xFF]
    for channel in copies.channels:
        assert not any(rows[0][2] for rows in (channel.residuals, *channel.errors))
    assert [channel_knowledge(channel) for channel in copies.channels] == before
    copies.learn(2)
    assert copies.colours[0][2] == 0xFFFEFD
    assert [(entry.colour, entry.count) for entry in copies.entries] == [(0xFFFEFD, n) for n in (1, 1, 2)]


def channel_knowledge(channel: refdec.SampleChannel) -> str:
    """All that a sample teaches but the rows."""
    linear = [(one.weights, one.gradient, one.matrix.tolist(), one.next) for one in channel.linear]
    mixing = channel.mixing_1, channel.mixing_2
    return repr((linear, channel.mean_errors, mixing, channel.probabilities, channel.counts))


@pytest.mark.parametrize("colours, expected", [
    ([7], (7, 1)), ([0], (0, 1)), ([7] * 15, (7, 15)), ([7] * 20, (7, 15)), ([7, 8], (8, 1)), ([7, 7, 8], (8, 1)),
    ([7] * 3 + [8], (8, 1)), ([7] * 4 + [8], (7, 2)), ([7] * 5 + [8, 7], (7, 3)), ([7] * 4 + [8, 8], (8, 1)),
    ([7] * 20 + [8], (7, 7)), ([7] * 20 + [8, 9], (7, 3)), ([7] * 20 + [8, 9, 9], (9, 1)),
])
def test_entry_learns_the_colours_that_follow(colours, expected):
    entry = refdec.CopyEntry()
    for colour in colours:
        entry.learn(colour)
    assert (entry.colour, entry.count) == expected


def test_entry_of_other_colours_is_emptied():
    table, x = {}, 5 << 14 | 77
    entry = refdec.Copies.entry(table, x)
    entry.learn(9)
    assert refdec.Copies.entry(table, x) == refdec.CopyEntry(9, 77, 1)
    assert refdec.Copies.entry(table, x + 2**14) == refdec.CopyEntry(0, 77, 0)
    assert refdec.Copies.entry(table, x + 1) == refdec.CopyEntry(0, 78, 0)
    assert refdec.Copies.entry(table, x) == refdec.CopyEntry(0, 77, 0)


@pytest.mark.parametrize("entries, near, expected", [
    ([], [1, 2, 3, 4], [1, 2, 3, 4]), ([], [5, 5, 5, 5], [5]), ([], [5, 6, 5, 6, 7], [5, 6]),
    ([(9, 1), (8, 2), (9, 3), (7, 1)], [7, 6, 5, 4], [9, 8, 7, 6]),
    ([(9, 0), (8, 1), (9, 0), (1, 0)], [1, 2, 8, 3], [8, 1, 2, 3]),
    ([(9, 1), (8, 1), (7, 1), (6, 1)], [1, 2, 3, 4], [9, 8, 7, 6]),
])
def test_candidates_are_different_and_at_most_four(entries, near, expected):
    copies = new_copies(1)
    copies.entries = [refdec.CopyEntry(colour, 0, count) for colour, count in entries]
    assert copies.candidates(near + [0] * 6) == expected


@pytest.mark.parametrize("colour, near, places", [
    (9, [1, 2, 3, 4, 5, 6], []), (9, [9] * 6, range(10)),
    (9, [9, 2, 3, 4, 5, 6], [0]), (9, [1, 9, 3, 4, 5, 6], [1]), (9, [1, 2, 9, 4, 5, 6], [2]),
    (9, [1, 2, 3, 9, 5, 6], [3]), (9, [1, 2, 3, 4, 9, 6], [4]), (9, [1, 2, 3, 4, 5, 9], [5]),
    (9, [1, 1, 3, 4, 5, 6], [6]), (9, [1, 2, 3, 2, 5, 6], [7]), (9, [1, 2, 1, 4, 5, 6], [8]),
    (9, [1, 2, 2, 4, 5, 6], [9]),
    (9, [1, 2, 3, 3, 5, 5], []), (9, [1, 2, 3, 1, 2, 1], []),
])
def test_pattern_of_equal_neighbours(colour, near, places):
    assert refdec.Copies.pattern(colour, near + [9] * 4) == sum(2**place for place in places)


SAMPLES = samples_chunk(1, 0, b"x")
GREY_ALPHA = header_chunk(1, 1, 2, 8, True)


@pytest.mark.parametrize("data, offset", [
    (vci(LOSSY, SAMPLES), 5 + len(LOSSY)),
    (vci(GREY, SAMPLES, SAMPLES), END + len(SAMPLES)),
    (vci(GREY, VALUE, SAMPLES), END + len(VALUE)), (vci(GREY, SAMPLES, VALUE), END + len(SAMPLES)),
    (vci(GREY, samples_chunk(1, 4, b"")), END + 3), (vci(GREY, chunk("S", b"")), END + 2), (vci(GREY, chunk("S", b"\1")), END + 3),
    (vci(GREY, chunk("S", b"\1\1")), END + 4), (vci(GREY, chunk("S", b"\1\1\2x")), END + 4),
    (vci(GREY, SAMPLES[:-1]), END),
    (vci(GREY, SAMPLES[:3]), END), (vci(GREY, SAMPLES[:-1] + b"?"), END),
    (vci(GREY_ALPHA, SAMPLES), 5 + len(GREY_ALPHA) + len(SAMPLES)),
])
def test_malformed_samples_are_refused_at_their_offset(data, offset):
    with pytest.raises(refdec.Malformed) as error:
        refdec.read_picture_file(data)
    assert error.value.offset == offset, str(error.value)


@pytest.mark.parametrize("version", [0, 1, 2, 3, 5])
def test_other_versions_are_refused_by_name(version):
    with pytest.raises(refdec.Malformed, match=f"version {version}") as error:
        refdec.read_picture_file(b"\x8Evci" + bytes([version]) + GREY + VALUE)
    assert error.value.offset == 4


# ---------------------------------------------------------------------------------------------------------------------
# Command line
# ---------------------------------------------------------------------------------------------------------------------


def refdec_command(*arguments):
    command = [sys.executable, str(Path(refdec.__file__)), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def png_samples(data: bytes) -> tuple[bytes, bytes]:
    """(IHDR fields, rows without filter bytes) of a PNG that uses filter 0."""
    offset, header, compressed, width = 8, b"", b"", 0
    while offset < len(data):
        length, kind = struct.unpack(">I4s", data[offset:offset + 8])
        body = data[offset + 8:offset + 8 + length]
        assert struct.unpack(">I", data[offset + 8 + length:][:4])[0] == zlib.crc32(kind + body)
        header, compressed = (body, compressed) if kind == b"IHDR" else (header, compressed + body)
        offset += 12 + length
    raw, rows = zlib.decompress(compressed), struct.unpack(">I", header[4:8])[0]
    width = len(raw) // rows
    assert all(raw[i * width] == 0 for i in range(rows))
    return header, b"".join(raw[i * width + 1:(i + 1) * width] for i in range(rows))


@pytest.mark.parametrize("bits", [8, 16])
def test_png_and_pam_hold_the_samples(bits):
    samples = np.random.default_rng(bits).integers(0, 1 << bits, (4, 5, 2)).astype(np.uint8 if bits == 8 else np.uint16)
    big_endian = samples.astype(f">u{bits // 8}").tobytes()
    header, rows = png_samples(refdec.png_bytes(samples))
    assert header == struct.pack(">IIBBBBB", 5, 4, bits, 4, 0, 0, 0) and rows == big_endian
    assert refdec.pam_bytes(samples).endswith(b"TUPLTYPE GRAYSCALE_ALPHA\nENDHDR\n" + big_endian)


def test_command_decodes_and_prints_digest_and_trace(tmp_path, small, tiny, model):
    (tmp_path / "a.vci").write_bytes(small[0])
    (tmp_path / "tiny.vcm").write_bytes(tiny.file)
    result = refdec_command("--model", tmp_path / "tiny.vcm", "--digest", "--trace", tmp_path / "a.vci",
                            tmp_path / "a.png")
    assert (result.returncode, result.stderr) == (0, "")
    samples = decode(small[0], model)
    assert result.stdout.splitlines()[-1] == "sha256 " + hashlib.sha256(samples.tobytes()).hexdigest()
    assert len(result.stdout.splitlines()) == 9
    assert png_samples((tmp_path / "a.png").read_bytes())[1] == samples.tobytes()


def test_command_refuses_bad_input_and_leaves_no_file(tmp_path, small, capsys):
    other = tmp_path / "other.vcm"
    other.write_bytes(TinyModel(99).file)
    picture = tmp_path / "a.vci"
    cases = {small[0]: "byte 11: the picture needs model", small[0][:30]: "byte 23: the file ends inside the L chunk",
             b"": "byte 0: not a .vci file"}
    for data, message in cases.items():
        picture.write_bytes(data)
        assert refdec.main(["--model", str(other), str(picture), str(tmp_path / "a.png")]) == 65
        assert f"refdec: {picture}: {message}" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.vci", "other.vcm"]


def test_other_exit_statuses(tmp_path):
    good = tmp_path / "good.vci"
    good.write_bytes(vci(GREY, VALUE))
    assert refdec.main([str(good), "a.jpg"]) == 64
    assert refdec.main([str(tmp_path / "absent.vci"), "--digest"]) == 66
    assert refdec.main([str(good), str(tmp_path / "no" / "a.png")]) == 73
    assert refdec.main([str(good), str(tmp_path / "a.pam")]) == 0


def test_warning_about_absent_levels(tmp_path, small, tiny, capsys):
    (tmp_path / "tiny.vcm").write_bytes(tiny.file)
    (tmp_path / "a.vci").write_bytes(small[0][:-1])
    arguments = ["--model", str(tmp_path / "tiny.vcm"), str(tmp_path / "a.vci"), str(tmp_path / "a.pam")]
    assert refdec.main(arguments) == 0
    assert "1 levels are absent" in capsys.readouterr().err
