"""Proves sound.py and waveform.py by files that are put together here byte by byte, as SPEC §16 and §17 say.

Modelled waveforms come from an encoder that shares the decoder's model; least squares and filters, where an error would
be the same on both sides, are read a second time from the text, slow and scalar.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import struct
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import refdec  # noqa: E402
import sound  # noqa: E402
import verify  # noqa: E402
import waveform  # noqa: E402
from test_refdec import RangeEncoder, chunk, crc32c_bitwise, encode_byte_string, varint  # noqa: E402

# ---------------------------------------------------------------------------------------------------------------------
# The test-only encoder: files (SPEC §17)
# ---------------------------------------------------------------------------------------------------------------------


def vca(*chunks: bytes) -> bytes:
    return b"\x8Evca\x02" + b"".join(chunks)


def header_chunk(rate=8000, channels=1, kind=16, block_length=4) -> bytes:
    return chunk("H", varint(rate) + bytes([channels, kind]) + varint(block_length) + b"\0")


def block_chunk(samples: np.ndarray, content: bytes, frames: int | None = None) -> bytes:
    """A block of samples `[frame][channel]`, whose type is that of the digest."""
    digest = struct.pack("<I", crc32c_bitwise(samples.tobytes()))
    return chunk("B", varint(len(samples) if frames is None else frames) + digest + content)


def end_chunk(last: int, *lengths: int, count: int | None = None, own: int | None = None) -> bytes:
    payload = varint(len(lengths) if count is None else count) + varint(last) + b"".join(map(varint, lengths))
    length = 1 + len(varint(len(payload) + 4)) + len(payload) + 8
    return chunk("E", payload + struct.pack("<I", length if own is None else own))


def sound_file(header: bytes, *blocks: bytes, before: bytes = b"", last: int | None = None) -> bytes:
    """A whole file; `last` is the number of frames of the last block, read from it unless given."""
    if last is None:
        last = refdec.read_chunk(blocks[-1], 0, "B").payload.varint("frames") if blocks else 0
    return vca(header, before, *blocks, end_chunk(last, *map(len, blocks)))


def stored(samples: np.ndarray, bits: int) -> bytes:
    """A stored waveform (SPEC §16.1)."""
    digits = "".join(format(v % 2**bits, f"0{bits}b") for v in samples.ravel().tolist())
    digits += "0" * (-len(digits) % 8)
    return b"\0" + bytes(int(digits[i:i + 8], 2) for i in range(0, len(digits), 8))


def mono(*values: int) -> np.ndarray:
    return np.array(values, dtype="<i4")[:, None]


def mono_block(*values: int) -> bytes:
    return block_chunk(mono(*values), stored(mono(*values), 16))


HEADER, FOUR, TWO = header_chunk(), mono_block(1, -2, 3, 4), mono_block(5, 6)
AFTER = 5 + len(HEADER)  # where the chunk after the header starts
SMALL = sound_file(HEADER, FOUR, TWO)

# ---------------------------------------------------------------------------------------------------------------------
# The test-only encoder: modelled waveforms (SPEC §16)
# ---------------------------------------------------------------------------------------------------------------------


class BitWriter(RangeEncoder):
    """Stands where the decoder has its range decoder: `bit` codes what was put into `next`."""

    next = 0

    def bit(self, f0: int) -> int:
        self.encode(*((f0, 65536 - f0) if self.next else (0, f0)))
        return self.next


class WaveformEncoder(waveform.WaveformChannel):
    """Shares the decoder's model; each bit says on which side of a boundary the wanted value lies."""

    wanted: list[int] = []

    def sample(self) -> int:
        self.target = self.wanted[len(self.x)]
        assert super().sample() == self.target
        return self.target

    def decide(self, node, part, whole, a, b) -> int:
        if node == 0:
            centre = (self.origin + 8) // 16
            self.decoder.next = int(self.target >= centre)
            self.size = self.target - centre if self.target >= centre else centre - 1 - self.target
        return super().decide(node, part, whole, a, b)

    def below(self, node, limit, part, whole) -> int:
        self.decoder.next = int(self.size < limit)
        return super().below(node, limit, part, whole)

    def low_bits(self, count: int, low: int) -> int:
        left = count
        while left:
            group = min(16, left)
            left -= group
            value = (self.size - low >> left) & 2**group - 1
            self.decoder.encode(value << 16 - group, 1 << 16 - group)
        return self.size - low


def modelled(samples: np.ndarray, bits: int, shift: int = 0) -> bytes:
    """A modelled waveform of samples `[frame][channel]`."""
    writer, sides, channels = BitWriter(), b"", []
    for column in samples.T.tolist():
        used = 0
        for v in column:
            used |= v
        z = (used & -used).bit_length() - 1 if used else bits
        channel = WaveformEncoder(writer, bits - z, shift)
        channel.wanted = [v >> z for v in column]
        channels.append(channel)
        sides += bytes([z, shift])
    for i in range(0, len(channels), 2):
        waveform.decode_pair(channels[i:i + 2], len(samples))
    return b"\1" + sides + writer.finish()


def tone(frames: int, channels: int, bits: int, seed: int) -> np.ndarray:
    source = np.random.default_rng(seed)
    t = np.arange(frames)[:, None]
    wave = 0.5 * np.sin(t / 7.3) + 0.3 * np.sin(t / (2.1 + np.arange(channels))) + source.normal(0, 0.01, (frames, channels))
    return np.floor(np.clip(wave, -1, 1) * (2 ** (bits - 1) - 1)).astype(np.int64)


# ---------------------------------------------------------------------------------------------------------------------
# §16 Waveforms
# ---------------------------------------------------------------------------------------------------------------------


def decode_waveform(payload: bytes, channels: int, frames: int, bits: int) -> list:
    return waveform.decode_waveform(refdec.Fields(payload), channels, frames, bits).tolist()


@pytest.mark.parametrize("bits", range(1, 33))
def test_stored_samples_of_every_depth(bits):
    source = np.random.default_rng(bits)
    samples = source.integers(-2 ** (bits - 1), 2 ** (bits - 1), (7, 3))
    samples[0], samples[1] = -2 ** (bits - 1), 2 ** (bits - 1) - 1
    assert decode_waveform(stored(samples, bits), 3, 7, bits) == samples.tolist()


def test_stored_samples_may_be_followed_by_bytes_but_not_lack_any():
    payload = stored(mono(1, -1, 0), 5)
    assert len(payload) == 1 + 2  # 15 bits
    assert decode_waveform(payload + b"more", 1, 3, 5) == [[1], [-1], [0]]
    with pytest.raises(refdec.Malformed):
        decode_waveform(payload[:-1], 1, 3, 5)


@pytest.mark.parametrize("channels, bits, frames, shift", [
    (1, 16, 700, 0), (2, 16, 400, 0), (3, 8, 150, 0), (1, 1, 90, 0), (2, 24, 200, 6), (2, 32, 200, 15), (1, 25, 150, 9),
    (5, 12, 70, 0), (1, 2, 200, 0)])
def test_modelled_samples_round_trip(channels, bits, frames, shift):
    samples = tone(frames, channels, bits, seed=bits)
    payload = modelled(samples, bits, shift)
    assert decode_waveform(payload, channels, frames, bits) == samples.tolist()


@pytest.mark.parametrize("bits", [1, 7, 17, 32])
def test_modelled_noise_round_trips(bits):
    samples = np.random.default_rng(bits).integers(-2 ** (bits - 1), 2 ** (bits - 1), (150, 2))
    payload = modelled(samples, bits, max(0, bits - 14))
    assert decode_waveform(payload, 2, 150, bits) == samples.tolist()


def test_low_bits_and_silent_channels_round_trip():
    samples = tone(130, 4, 16, seed=3)
    samples[:, 0] = 0
    samples[:, 2] *= 16
    payload = modelled(samples.astype(np.int16).astype(np.int64), 16)
    assert payload[1:3] == b"\x10\0"
    assert decode_waveform(payload, 4, 130, 16) == samples.astype(np.int16).tolist()


def test_prediction_makes_a_tone_small():
    t = np.arange(1500)[:, None]
    samples = np.floor(9000 * np.sin(t / 9) + 5000 * np.sin(t / 3.1)).astype(np.int64)
    assert len(modelled(samples, 16)) < 1500 * 2 / 3


@pytest.mark.parametrize("payload", [b"", b"\2", b"\1", b"\1\0", b"\1\x11\0", b"\1\0\x21", b"\1\0\0\0"])
def test_payloads_that_are_refused(payload):
    with pytest.raises(refdec.Malformed):
        decode_waveform(payload, 2, 3, 16)


def test_bytes_after_the_end_of_a_stream_are_zero():
    assert decode_waveform(b"\1\0\0", 1, 5, 16) == decode_waveform(b"\1\0\0" + bytes(50), 1, 5, 16)


def scalar_solution(moments: list[list[int]]) -> list[int]:
    """Steps 2 to 4 of §16.4, an element at a time."""
    e = 57 - max(moments[i][i] + 1024 for i in range(33)).bit_length()

    def scaled(i: int, j: int) -> int:
        v = moments[i][j] + 1024 * (i == j)
        return (v * 2**e if e >= 0 else v >> -e) + 2**30 * (i == j)

    s = [[scaled(i + 1, j + 1) for j in range(i + 1)] for i in range(32)]
    s.append([scaled(j + 1, 0) for j in range(32)] + [scaled(0, 0)])
    u, shifts = {}, {}
    for k in range(32):
        d = s[k][k]
        if d < 2**30:
            continue
        m = 0
        for i in range(k + 1, 33):
            m |= s[i][k] if s[i][k] >= 0 else -1 - s[i][k]
        q, r = max(0, m.bit_length() - 30), d.bit_length() - 31
        inverse = min(2**61 // (d >> r), 2**31 - 1)
        c = {i: s[i][k] >> q for i in range(k + 1, 33)}
        u[k] = {i: c[i] * inverse >> 31 for i in c}
        shift = min(63, max(0, 30 + r - 2 * q))
        shifts[k] = min(63, max(0, 22 + r - q))
        for i in range(k + 1, 33):
            for j in range(k + 1, i + 1):
                s[i][j] = (s[i][j] - (u[k][i] * c[j] >> shift) + 2**63) % 2**64 - 2**63
    weights = [0] * 32
    for k in sorted(u, reverse=True):
        known = sum(u[k][i] * weights[i] >> 8 for i in range(k + 1, 32))
        weights[k] = min(2**31 - 1, max(1 - 2**31, u[k][32] * 2**12 - known >> shifts[k]))
    return weights


@pytest.mark.parametrize("size, rank", [(0, 33), (1, 33), (1000, 33), (2**23, 33), (2**23, 3), (40, 1)])
def test_least_squares_solves_as_the_text_does_element_by_element(size, rank):
    source = np.random.default_rng(size + rank)
    f = source.integers(-size, size + 1, (64, rank)) @ source.integers(0, 2, (rank, 33)) if rank < 33 \
        else source.integers(-size, size + 1, (64, 33))
    f = np.clip(f, -2**23, 2**23 - 1)
    moments = 15 * (f.T @ f)
    assert waveform.solve(moments) == scalar_solution(moments.tolist())


def test_least_squares_finds_the_weights_of_a_recurrence():
    source = np.random.default_rng(4)
    f = source.integers(-2000, 2000, (64, 33))
    f[:, 0] = (3 * f[:, 1] - f[:, 2]) // 2
    least = waveform.LeastSquares()
    for row in f.tolist():
        least.add(row)
    assert [round(w / 2**19) for w in least.weights[:2]] == [3, -1]  # a weight of 1 is 2^20 (SPEC §16.3)
    assert max(map(abs, least.weights[2:])) < 2**14


@pytest.mark.parametrize("taps, scale, pace", waveform.TAPS)
def test_filters_learn_as_the_text_says_tap_by_tap(taps, scale, pace):
    source = random.Random(taps)
    part, v, past = waveform.Filter(taps, scale, pace), [0] * taps, [0] * taps
    for t in range(2 * taps + 40 if taps < 1024 else 1200):
        wrapped = (sum((a >> 16) * b for a, b in zip(v, past)) + 2**31) % 2**32 - 2**31
        p = wrapped >> scale - 16
        assert part.predict() == p
        y = source.choice([source.randint(-32768, 32767), 32767, -32768, int(9000 * math.sin(t / 3))])
        energy = sum(b * b for b in past)
        s = max(0, (energy.bit_length() >> 1) - 7)
        quotient = (y - p) * 2 ** (scale - pace + s)
        g = abs(quotient) // (energy + 16 * taps + 1) * (1 if quotient >= 0 else -1)
        g = min(32767, max(-32768, g))
        v = [(a + (g * b >> s) + 2**31) % 2**32 - 2**31 for a, b in zip(v, past)]
        past = [y] + past[:-1]
        part.learn(y, p)


# ---------------------------------------------------------------------------------------------------------------------
# §17.4 Floating point
# ---------------------------------------------------------------------------------------------------------------------

ODD = [1.5, -0.0, math.inf, -math.inf, 1e-40, 5e-324, -2.0**127, 0.1, 3.0]


def float_file(values: list[float], kind: int, content: bytes) -> bytes:
    dtype = "<f4" if kind == 64 else "<f8"
    samples = np.array(values).astype(dtype)[:, None]
    return sound_file(header_chunk(kind=kind, block_length=50), block_chunk(samples, content))


def byte_planes(samples: np.ndarray, modes: list[int]) -> bytes:
    """Method 0 of samples `[frame][channel]` (SPEC §17.4)."""
    content = b"\0"
    for place, mode in zip(reversed(range(samples.itemsize)), modes):
        plane = b"".join(samples[f, c].tobytes()[place:place + 1]
                         for c in range(samples.shape[1]) for f in range(len(samples)))
        packed = encode_byte_string(plane)
        content += b"\0" + plane if mode == 0 else b"\1" + varint(len(packed)) + packed
    return content


@pytest.mark.parametrize("dtype, kind", [("<f4", 64), ("<f8", 65)])
@pytest.mark.parametrize("channels", [1, 3])
def test_byte_planes_keep_every_bit(dtype, kind, channels):
    source = np.random.default_rng(kind)
    patterns = source.integers(0, 256, (40, channels, int(dtype[2])), dtype=np.uint8)  # not-a-numbers among them
    patterns[::3] = 255
    samples = patterns.view(dtype)[:, :, 0]
    modes = [i % 2 for i in range(samples.itemsize)]
    data = sound_file(header_chunk(channels=channels, kind=kind, block_length=40),
                      block_chunk(samples, byte_planes(samples, modes)))
    assert sound.read_sound_file(data).samples.tobytes() == samples.tobytes()


@pytest.mark.parametrize("exponent", [-126, -30, 0, 97])
@pytest.mark.parametrize("dtype, kind", [("<f4", 64), ("<f8", 65)])
def test_scaled_integers(exponent, dtype, kind):
    integers = mono(0, 1, -1, 2**24 - 1, -2**24, 3 << 27, -2**31)
    values = (integers[:, 0] * 2.0**exponent).tolist()
    content = b"\1" + struct.pack("<bB", exponent, 32) + stored(integers, 32)
    if kind == 64 and exponent == 97:
        with pytest.raises(refdec.Malformed):  # 2^31 · 2^97 is beyond binary32
            sound.read_sound_file(float_file([0.0] * 7, kind, content))
        return
    found = sound.read_sound_file(float_file(values, kind, content)).samples
    assert found.tobytes() == np.array(values).astype(dtype).tobytes()
    assert not np.signbit(found[0, 0])


@pytest.mark.parametrize("value, exponent, size", [
    (1, -127, 4), (-3, -128, 4), (2**24 + 1, 0, 4), (1, 128, 4), (2**31 - 1, -60, 4), (1, 1024, 8), (1, -1023, 8)])
def test_values_that_are_no_normal_numbers(value, exponent, size):
    with pytest.raises(ValueError):
        sound.scaled_pattern(value, exponent, size)


def test_patterns_are_those_of_the_machine():
    source = random.Random(3)
    for _ in range(500):
        value, exponent = source.choice([-1, 1]) * source.getrandbits(source.randint(1, 24)), source.randint(-120, 90)
        expected = struct.unpack("<I", struct.pack("<f", value * 2.0**exponent + 0.0))[0]
        assert sound.scaled_pattern(value, exponent, 4) == expected
        expected = struct.unpack("<Q", struct.pack("<d", value * 2.0**exponent + 0.0))[0]
        assert sound.scaled_pattern(value, exponent, 8) == expected


# ---------------------------------------------------------------------------------------------------------------------
# §17.1 Container
# ---------------------------------------------------------------------------------------------------------------------


def test_small_file():
    found = sound.read_sound_file(SMALL)
    assert (found.samples[:, 0].tolist(), found.cut, found.end) == ([1, -2, 3, 4, 5, 6], False, len(SMALL))
    assert (found.header.sample_rate, found.header.channels, found.header.kind) == (8000, 1, 16)


def test_sound_without_frames():
    found = sound.read_sound_file(sound_file(header_chunk(channels=2)))
    assert found.samples.shape == (0, 2) and not found.cut


def test_a_file_cut_anywhere_gives_its_complete_blocks():
    ends = [AFTER, AFTER + len(FOUR), AFTER + len(FOUR) + len(TWO)]
    for size in range(len(SMALL)):
        if size < AFTER:
            with pytest.raises(refdec.Malformed) as error:
                sound.read_sound_file(SMALL[:size])
            assert error.value.offset == (0 if size < 4 else 4 if size == 4 else 5)
            continue
        found = sound.read_sound_file(SMALL[:size])
        complete = sum(size >= end for end in ends[1:])
        assert found.cut and found.end == ends[complete]
        assert found.samples[:, 0].tolist() == [1, -2, 3, 4, 5, 6][:[0, 4, 6][complete]]


def test_a_flipped_bit_never_gives_other_samples():
    for place in range(8 * AFTER, 8 * len(SMALL)):
        damaged = bytearray(SMALL)
        damaged[place // 8] ^= 1 << place % 8
        try:
            found = sound.read_sound_file(bytes(damaged))
        except refdec.Malformed:
            continue
        assert found.cut and found.samples[:, 0].tolist() in ([], [1, -2, 3, 4], [1, -2, 3, 4, 5, 6])


def test_metadata_and_unknown_optional_chunks_are_carried_before_the_blocks():
    text = "TITLE\0\0\0Größe".encode()
    before = chunk("t", b"\0" + text) + chunk("q", b"?" * 300) + chunk("s", struct.pack("<I", 4)) \
        + chunk("t", b"\1" + varint(len(text)) + encode_byte_string(text)) + chunk("r", b"\0cue 1234")
    found = sound.read_sound_file(sound_file(HEADER, FOUR, before=before))
    assert [c.kind for c in found.metadata] == list("tstr")
    assert [sound.read_metadata(c) for c in found.metadata] == [text, b"\4\0\0\0", text, b"cue 1234"]
    assert len(found.samples) == 4


FLOATS = header_chunk(kind=64)
CONTENT = len(chunk("B", bytes(4))) - 4 - 4 + 5  # kind, length, frames, digest; the same in all small blocks


def float_block(content: bytes) -> bytes:
    return vca(FLOATS, block_chunk(np.zeros((4, 1), "<f4"), content))


def broken_files():
    """(name, file, offset of the error)"""
    block = AFTER
    yield "empty", b"", 0
    yield "text", b"# A text", 0
    yield "picture", b"\x8Evci\x04" + HEADER, 0
    yield "version 1", b"\x8Evca\x01" + SMALL[5:], 4
    yield "version 3", b"\x8Evca\x03" + SMALL[5:], 4
    yield "no header", vca(FOUR), 5
    yield "optional chunk first", vca(chunk("z", b""), HEADER), 5
    yield "second header", vca(HEADER, HEADER), block
    yield "header after a block", vca(HEADER, FOUR, HEADER), block + len(FOUR)
    yield "critical chunk", vca(HEADER, chunk("Q", b"")), block
    yield "critical chunk that is cut", vca(HEADER, b"Q"), block
    yield "levels", vca(HEADER, chunk("L", b"")), block
    yield "no kind", vca(HEADER, b"1\0\0\0\0\0"), block
    yield "metadata after a block", vca(HEADER, FOUR, chunk("t", b"\0A\0\0\0B")), block + len(FOUR)
    yield "unknown chunk after a block", vca(HEADER, FOUR, chunk("z", b"")), block + len(FOUR)
    yield "chunk after the end", SMALL + chunk("z", b""), len(SMALL)
    yield "second end", SMALL + end_chunk(4, len(FOUR)), len(SMALL)
    yield "byte after the end", SMALL + b"\0", len(SMALL)
    for name, header, place in [
            ("rate 0", header_chunk(rate=0), 7), ("rate 2^20", header_chunk(rate=2**20), 7),
            ("no channels", header_chunk(channels=0), 9), ("nine channels", header_chunk(channels=9), 9),
            ("kind 0", header_chunk(kind=0), 10), ("kind 33", header_chunk(kind=33), 10),
            ("kind 63", header_chunk(kind=63), 10), ("kind 66", header_chunk(kind=66), 10),
            ("block length 0", header_chunk(block_length=0), 11),
            ("block length too long", header_chunk(channels=3, block_length=2**22 // 3 + 1), 11),
            ("header too short", chunk("H", b"\1\1\x10"), 10), ("header without coding", chunk("H", b"\1\1\x10\1"), 11),
            ("coding 2", chunk("H", b"\1\1\x10\1\2"), 11), ("header too long", chunk("H", b"\1\1\x10\1\0\0"), 12)]:
        yield name, vca(header), place
    yield "check", vca(HEADER, FOUR[:-1] + bytes([FOUR[-1] ^ 1])), block
    yield "digest", vca(HEADER, block_chunk(mono(1, 2, 3, 5), stored(mono(1, 2, 3, 4), 16))), block
    yield "no frames", vca(HEADER, mono_block()), block + 2
    yield "five frames", vca(HEADER, mono_block(1, 2, 3, 4, 5)), block + 2
    yield "block without digest", vca(HEADER, chunk("B", b"\4ab")), block + 3
    yield "block after a short one", vca(HEADER, TWO, FOUR), block + len(TWO)
    yield "waveform method", vca(HEADER, block_chunk(mono(1), b"\2")), block
    yield "wasted bits", vca(HEADER, block_chunk(mono(1), b"\1\x11\0")), block
    yield "shift", vca(HEADER, block_chunk(mono(1), b"\1\0\x21")), block
    yield "too few stored bytes", vca(HEADER, block_chunk(mono(1), b"\0a")), block
    yield "payload of a block too long", vca(HEADER, b"B" + varint(1024 + 8 + 1)), block + 1
    yield "payload of a chunk too long", vca(HEADER, b"z" + varint(2**25 + 1)), block + 1
    yield "payload of the end too long", vca(HEADER, b"E" + varint(15)), block + 1
    yield "length of six bytes", vca(HEADER, b"B" + b"\xff" * 6), block + 1
    end = block + len(FOUR)
    for name, bad, place in [
            ("blocks", end_chunk(4, len(FOUR), count=2), 6), ("frames", end_chunk(3, len(FOUR)), 0),
            ("length", end_chunk(4, len(FOUR) + 1), 0), ("own length", end_chunk(4, len(FOUR), own=9), 5),
            ("a hundred blocks", end_chunk(4, len(FOUR), count=100), 2),
            ("no frames", end_chunk(0, len(FOUR)), 3), ("five frames", end_chunk(5, len(FOUR)), 3),
            ("two blocks of one", end_chunk(4, len(FOUR), 9), 0)]:
        yield f"the end lies: {name}", vca(HEADER, FOUR, bad), end + place
    yield "float method", float_block(b"\2"), block + CONTENT
    yield "float bits", float_block(b"\1\0\x21"), block + CONTENT + 2
    yield "plane mode", float_block(b"\0\2"), block + CONTENT + 1
    yield "plane too long", float_block(b"\0\1\x63ab"), block + CONTENT + 2
    yield "planes too short", float_block(b"\0\0abc"), block + CONTENT + 2
    yield "bytes after planes", float_block(b"\0" + b"\0abcd" * 4 + b"!"), block + CONTENT + 21
    yield "waveform of a float", float_block(b"\1\0\4\2"), block


@pytest.mark.parametrize("data, offset", [pytest.param(data, offset, id=name) for name, data, offset in broken_files()])
def test_errors_name_their_place(data, offset):
    with pytest.raises(refdec.Malformed) as error:
        sound.read_sound_file(data)
    assert error.value.offset == offset, str(error.value)


def test_the_first_error_of_a_file_is_reported():
    wrong = block_chunk(mono(1, 2, 3, 5), stored(mono(1, 2, 3, 4), 16))
    with pytest.raises(refdec.Malformed) as error:
        sound.read_sound_file(vca(HEADER, wrong, chunk("Q", b"")))
    assert error.value.offset == AFTER


def test_longest_payloads_are_read():
    content = stored(mono(1, 2, 3, 4), 16)
    full = block_chunk(mono(1, 2, 3, 4), content + bytes(1024 + 8 - 5 - len(content)))
    assert refdec.read_chunk(full, 0, "B").payload.remaining == 1024 + 8
    assert len(sound.read_sound_file(sound_file(HEADER, full)).samples) == 4


# ---------------------------------------------------------------------------------------------------------------------
# Command line and vectors
# ---------------------------------------------------------------------------------------------------------------------


def run(tmp_path: Path, data: bytes, *arguments: str) -> int:
    (tmp_path / "in.vca").write_bytes(data)
    return refdec.main([*arguments[:-1], str(tmp_path / "in.vca"), str(tmp_path / arguments[-1])])


def test_raw_and_wav_files(tmp_path):
    samples = np.array([[1, -2], [3, 127]], "<i4")
    for bits, wav in [(8, bytes([129, 126, 131, 255])), (16, samples.astype("<i2").tobytes()),
                      (24, b"\1\0\0\xfe\xff\xff\3\0\0\x7f\0\0"), (32, samples.tobytes())]:
        data = sound_file(header_chunk(channels=2, kind=bits), block_chunk(samples, stored(samples, bits)))
        assert run(tmp_path, data, "out.wav") == run(tmp_path, data, "out.raw") == 0
        raw = (tmp_path / "out.raw").read_bytes()
        assert raw == (wav if bits > 8 else bytes([1, 254, 3, 127]))
        form = struct.pack("<HHIIHH", 1, 2, 8000, 8000 * 2 * bits // 8, 2 * bits // 8, bits)
        expected = b"WAVEfmt \x10\0\0\0" + form + b"data" + struct.pack("<I", len(wav)) + wav
        assert (tmp_path / "out.wav").read_bytes() == b"RIFF" + struct.pack("<I", len(expected)) + expected


def test_other_depths_are_widened_to_whole_bytes(tmp_path):
    for bits, expected in [(5, b"\x08\xf0"), (12, b"\x10\0\xe0\xff"), (20, b"\x10\0\0\xe0\xff\xff"),
                           (31, b"\2\0\0\0\xfc\xff\xff\xff")]:
        data = sound_file(header_chunk(kind=bits), block_chunk(mono(1, -2), stored(mono(1, -2), bits)))
        assert run(tmp_path, data, "out.raw") == 0
        assert (tmp_path / "out.raw").read_bytes() == expected


def test_float_files(tmp_path):
    data = float_file([1.0, -0.0], 65, byte_planes(np.array([[1.0], [-0.0]]), [0] * 8))
    assert run(tmp_path, data, "out.wav") == 0
    wav = (tmp_path / "out.wav").read_bytes()
    assert wav[20:22] == b"\3\0" and wav[34:36] == b"\x40\0" and wav[44:] == struct.pack("<2d", 1, -0.0)


def test_exit_statuses(tmp_path, capsys):
    assert run(tmp_path, SMALL, "--digest", "out.wav") == 0
    digest = hashlib.sha256(mono(1, -2, 3, 4, 5, 6).tobytes()).hexdigest()
    assert capsys.readouterr().out == f"sha256 {digest}\n"
    assert run(tmp_path, SMALL[:-20], "out.wav") == 0
    assert f"byte {AFTER + len(FOUR)}:" in capsys.readouterr().err
    assert run(tmp_path, SMALL, "out.png") == 64
    assert run(tmp_path, SMALL + b"!", "damaged.wav") == 65 and not (tmp_path / "damaged.wav").exists()


def test_vectors_of_sound(tmp_path):
    (tmp_path / "stream.vca").write_bytes(SMALL[:-1])
    expected = {"tests": "x", "spec": ["§17"], "sampleRate": 8000, "channels": 1, "samples": "16-bit integers",
                "frames": 6, "sha256": hashlib.sha256(mono(1, -2, 3, 4, 5, 6).tobytes()).hexdigest(),
                "truncatedAt": AFTER + len(FOUR) + len(TWO)}

    def result(changed: dict) -> str | None:
        (tmp_path / "expected.json").write_text(json.dumps(changed), encoding="utf-8")
        return verify.check(tmp_path)

    assert result(expected) is None
    changes = {"sampleRate": 8001, "samples": "17-bit integers", "frames": 5, "sha256": "", "truncatedAt": 1}
    for key, value in changes.items():
        assert key in result(expected | {key: value})
    assert result({"tests": "x", "spec": [], "error": {"case": "truncated", "offset": 5}}) is not None
    (tmp_path / "stream.vca").write_bytes(SMALL + b"!")
    assert result({"tests": "x", "spec": [], "error": {"case": "unexpectedChunk", "offset": len(SMALL)}}) is None
    assert result({"tests": "x", "spec": [], "error": {"case": "unexpectedChunk", "offset": 5}}) is not None
