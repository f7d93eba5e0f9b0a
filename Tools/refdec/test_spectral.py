"""Proves spectral.py: arithmetic by values worked out by hand, transforms against floating point, networks and
coefficients against a second reading of SPEC §18 and §19 that is scalar and slow.

Streams come from an encoder that stands where the decoder has its range decoder, so that bits of its choice are coded
with the probabilities that the decoder asks for; a stream of silence is put together without it.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import struct
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import refdec  # noqa: E402
import sound  # noqa: E402
import spectral  # noqa: E402
import verify  # noqa: E402
from test_refdec import RangeEncoder, chunk, crc32c_bitwise, varint  # noqa: E402
from test_sound import end_chunk, sound_file, vca  # noqa: E402

MODEL = spectral.read_sound_model(spectral.DEFAULT_MODEL.read_bytes())

# ---------------------------------------------------------------------------------------------------------------------
# §18 Sound model
# ---------------------------------------------------------------------------------------------------------------------


def bands(*edges: int) -> bytes:
    return struct.pack(f"<B{len(edges)}H", len(edges) - 1, *edges)


def layer(inputs: int, outputs: int, shift=12, weights=0, bias=0) -> bytes:
    w, b = np.zeros((outputs, inputs), "<i2"), np.zeros(outputs, "<i4")
    w[:], b[:] = weights, bias
    return bytes([shift]) + w.tobytes() + b.tobytes()


def model_parts() -> dict[str, bytes]:
    """The decoder section of a small model, in parts, in order."""
    parts = {f"bands {s}": bands(0, 64 >> s, 1000 >> s, 1600 >> s, 2048 >> s) + struct.pack("<4h", -9, 0, 1, 2)
             for s in range(5)}
    parts |= {"stereo": bands(0, 16, 1024, 2048), "slope": b"\xc8", "side": struct.pack("<h", -44),
              "skip": struct.pack("<2h", -700, -600), "center": struct.pack("<2b", 15, -8), "fills": bytes([97, 169, 212])}
    for name, inputs, outputs in [("c", 28, 15), ("e", 24, 24)]:
        parts |= {f"{name}1": layer(inputs, 32), f"{name}2": layer(32, 32), f"{name}3": layer(32, outputs)}
    return parts


def model_file(section: bytes, notes: bytes = b"{}", identity: bytes | None = None) -> bytes:
    identity = hashlib.sha256(section).digest()[:8] if identity is None else identity
    return b"\x8Evcs\x01" + identity + struct.pack("<I", len(notes)) + notes + struct.pack("<I", len(section)) + section


def changed_model(name: str, part: bytes) -> tuple[bytes, int]:
    """A model with another part, and where that starts."""
    parts = model_parts()
    before = b"".join(list(parts.values())[:list(parts).index(name)])
    return model_file(b"".join((parts | {name: part}).values())), 5 + 8 + 4 + 2 + 4 + len(before)


SECTION = b"".join(model_parts().values())
START = 23  # of the decoder section


def test_a_model_is_read_as_it_was_written():
    model = spectral.read_sound_model(model_file(SECTION))
    assert model.identity == hashlib.sha256(SECTION).digest()[:8]
    assert model.bands[1].edges == [0, 32, 500, 800, 1024] and model.bands[4].offsets == [-9, 0, 1, 2]
    assert (model.stereo_edges, model.slope, model.side) == ([0, 16, 1024, 2048], 200, -44)
    assert (model.skip, model.center, model.cap, model.fill, model.fill_skipped) == ([-700, -600], [15, -8], 97, 169, 212)
    assert model.coefficients.first.weights.shape == (32, 28) and model.energies.last.bias.shape == (24,)


def test_a_model_cut_anywhere_is_refused():
    data = model_file(SECTION)
    for size in [*range(40), *range(40, len(data), 97), len(data) - 1]:
        with pytest.raises(refdec.Malformed):
            spectral.read_sound_model(data[:size])


def broken_models():
    """(name, file, offset of the error)"""
    yield "text", b"{}", 0
    yield "version 2", b"\x8Evcs\x02" + model_file(SECTION)[5:], 4
    yield "no version", b"\x8Evcs", 4
    yield "identity", model_file(SECTION, identity=bytes(8)), 5
    yield "byte after the end", model_file(SECTION) + b"\0", START + len(SECTION)
    yield "section too long", model_file(SECTION + b"\0"), START + len(SECTION)
    offsets = bytes(8)
    for name, part, value, place in [
            ("no band", "bands 0", b"\0\0\0", 0), ("27 bands", "bands 0", bands(*range(28)), 0),
            ("first edge", "bands 1", bands(1, 32, 500, 800, 1024) + offsets, 1),
            ("last edge", "bands 1", bands(0, 32, 500, 800, 1023) + offsets, 1),
            ("no rise", "bands 2", bands(0, 16, 16, 400, 512) + offsets, 1),
            ("fall", "bands 2", bands(0, 16, 400, 300, 512) + offsets, 1),
            ("wide band", "bands 0", bands(0, 1, 1025, 1600, 2048) + offsets, 1),
            ("no stereo band", "stereo", b"\0\0\0", 0), ("17 stereo bands", "stereo", bands(*range(0, 288, 16)), 0),
            ("stereo edge", "stereo", bands(0, 24, 1024, 2048), 1), ("stereo end", "stereo", bands(0, 16, 1024), 1),
            ("shift 0", "c1", layer(28, 32, shift=0), 0), ("shift 31", "e3", layer(32, 24, shift=31), 0),
            ("sum of a first layer", "c1", layer(28, 32, weights=9363), 0),
            ("sum of a second layer", "e2", layer(32, 32, weights=-2048), 0),
            ("sum with a bias", "c3", layer(32, 15, weights=2047, bias=2**31 - 32768 * 32 * 2047), 0),
            ("bias", "e1", layer(24, 32, bias=-2**31), 0)]:
        data, start = changed_model(part, value)
        yield name, data, start + place


@pytest.mark.parametrize("data, offset", [pytest.param(data, offset, id=name) for name, data, offset in broken_models()])
def test_model_errors_name_their_place(data, offset):
    with pytest.raises(refdec.Malformed) as error:
        spectral.read_sound_model(data)
    assert error.value.offset == offset, str(error.value)


@pytest.mark.parametrize("name, part", [
    ("c1", layer(28, 32, weights=9362)), ("e2", layer(32, 32, weights=-2047)),
    ("bands 0", bands(0, 1023, 2046, 2048) + bytes(6)),
    ("c3", layer(32, 15, weights=2047, bias=2**31 - 1 - 32768 * 32 * 2047)), ("e1", layer(24, 32, shift=30, bias=1 - 2**31)),
    ("stereo", bands(*range(0, 240, 16), 1024, 2048))])
def test_models_at_the_limits_are_read(name, part):
    spectral.read_sound_model(changed_model(name, part)[0])


def random_model(seed: int) -> spectral.SoundModel:
    source = np.random.default_rng(seed)

    def values(*shape: int) -> np.ndarray:
        return source.integers(-1200, 1201, shape)

    parts = model_parts()
    for name, inputs, outputs in [("c", 28, 15), ("e", 24, 24)]:
        parts |= {f"{name}1": layer(inputs, 32, 11, values(32, inputs), 100 * values(32)),
                  f"{name}2": layer(32, 32, 12, values(32, 32), 100 * values(32)),
                  f"{name}3": layer(32, outputs, 15, values(outputs, 32), 1000 * values(outputs))}
    return spectral.read_sound_model(model_file(b"".join(parts.values())))


def scalar_logits(network: spectral.Perceptron, inputs: list[int]) -> list[int]:
    """A perceptron as the text has it, a weight at a time."""
    x = [min(8191, max(-8191, int(v))) for v in inputs]
    for part, low, high in [(network.first, 0, 32767), (network.second, 0, 32767), (network.last, -2047, 2047)]:
        sums = [b + sum(w * v for w, v in zip(row, x)) for b, row in zip(part.bias.tolist(), part.weights.tolist())]
        x = [min(high, max(low, (a + 2 ** (part.shift - 1)) // 2**part.shift)) for a in sums]
    return x


@pytest.mark.parametrize("seed", range(4))
def test_networks_compute_what_the_text_says(seed):
    source = np.random.default_rng(seed)
    model = random_model(seed) if seed else MODEL
    for network, count in [(model.coefficients, 28), (model.energies, 24)]:
        inputs = source.integers(-9000, 9000, (20, count)) >> source.integers(0, 12, (20, 1))
        logits = network.finish(network.start(inputs))
        assert logits == [scalar_logits(network, row) for row in inputs.tolist()]
        assert network.finish(network.start(inputs[3])) == logits[3]


# ---------------------------------------------------------------------------------------------------------------------
# §19.1 Order and bands
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate, length", [
    (1, 256), (8000, 256), (5125, 256), (10250, 256), (10251, 512), (22050, 1024), (41000, 1024), (41001, 2048),
    (44100, 2048), (48000, 2048), (88200, 4096), (96000, 4096), (192000, 8192), (384000, 16384), (2**20 - 1, 16384)])
def test_superframes(rate, length):
    assert spectral.superframe_length(rate) == length


def test_octaves_of_arrays_are_those_of_numbers():
    source = random.Random(1)
    values = [*range(1, 3000), *(source.getrandbits(source.randint(9, 52)) + 1 for _ in range(3000))]
    values += [2**i + d for i in range(2, 53) for d in (-1, 0)]
    assert spectral.octaves_of(np.array(values)).tolist() == list(map(spectral.octaves, values))
    assert [spectral.octaves(v) for v in (1, 2, 3, 512)] == [0, 256, 406, 2304]


def test_bands_end_with_the_coded_bins():
    layout = spectral.Layout(MODEL, 1024, 1)
    assert (layout.length, layout.coded, layout.unit) == (512, 512, 1024)
    assert layout.bands[-1].high == 512 and layout.bands[-1].low < 512 == layout.stereo_edges[-1]
    wide = spectral.Layout(MODEL, 8192, 0)
    assert (wide.length, wide.coded, wide.bands[-1].high) == (8192, 2048, 2048)
    short = spectral.Layout(MODEL, 256, 4)
    assert (short.length, short.coded, short.stereo_edges) == (16, 16, [0, 1, 2, 4, 6, 8, 12, 16])
    assert [(b.low, b.high, b.cells.start, b.cells.stop, b.stereo) for b in short.bands][:2] == [
        (0, 4, 0, 8, 2), (4, 9, 8, 18, 4)]


# ---------------------------------------------------------------------------------------------------------------------
# The test-only encoder
# ---------------------------------------------------------------------------------------------------------------------


class Coder(RangeEncoder):
    """Stands where the decoder has its range decoder; `choose` says which bit is coded, from the share of bit 0."""

    def __init__(self, choose):
        super().__init__()
        self.choose = choose

    def bit(self, f0: int) -> int:
        value = int(self.choose(f0))
        self.encode(*((f0, 65536 - f0) if value else (0, f0)))
        return value

    adaptive_bit = refdec.RangeDecoder.adaptive_bit
    raw_bits = refdec.RangeDecoder.raw_bits


def likely_bits(seed: int):
    """Bits as probable as the decoder has them, so that sound stays as a model expects."""
    source = random.Random(seed)
    return lambda f0: source.randrange(65536) >= f0


def coded(monkeypatch, choose, model, rate, channels, frames, quality=0) -> tuple[bytes, spectral.Signals]:
    """A block's content, and what it decodes to."""
    coder, head = Coder(choose), struct.pack("<h", quality)
    with monkeypatch.context() as patch:
        patch.setattr(spectral, "RangeDecoder", lambda stream: coder)
        signals = spectral.decode_block(refdec.Fields(head), model, rate, channels, frames)
    return head + coder.finish(), signals


def decode(content: bytes, model, rate, channels, frames) -> spectral.Signals:
    return spectral.decode_block(refdec.Fields(content), model, rate, channels, frames)


@pytest.mark.parametrize("rate, channels, superframes, quality", [
    (8000, 1, 8, 0), (8000, 3, 5, 900), (22050, 2, 4, -700), (44100, 2, 3, 300), (96000, 1, 2, 1500), (8000, 8, 2, 32767),
    (8000, 2, 2, -32768)])
def test_streams_round_trip(monkeypatch, rate, channels, superframes, quality):
    size = spectral.superframe_length(rate)
    frames = superframes * size - size // 2
    content, signals = coded(monkeypatch, likely_bits(rate + channels), MODEL, rate, channels, frames, quality)
    found = decode(content, MODEL, rate, channels, frames)
    assert found.values.tolist() == signals.values.tolist() and found.lengths == signals.lengths
    assert found.values.shape == (superframes * size, channels)
    assert [sum(lengths) for lengths in found.lengths] == [superframes * size] * ((channels + 1) // 2)
    assert np.any(found.values)


def test_decisions_are_never_certain():
    asked: list[int] = []
    coder = Coder(lambda f0: asked.append(f0) or 0)
    for logit in (2047, 1, 0, -1, -2047):
        spectral.decide(coder, logit)
    assert asked == [16, 65536 - refdec.SQUASH[1], 32768, 65536 - refdec.SQUASH[-1], 65520]


# ---------------------------------------------------------------------------------------------------------------------
# Silence, without the decoder's help
# ---------------------------------------------------------------------------------------------------------------------


def silence(rate: int, elements: list[int], superframes: int) -> bytes:
    """The content of a block in which all is 0, for elements of so many channels."""
    coder, size = RangeEncoder(), spectral.superframe_length(rate)
    splits = [[32768, 32768] for _ in elements]
    angles = [[[32768, 32768] for _ in range(3)] for _ in elements]
    edges = [edge for edge in MODEL.bands[0].edges if edge < min(size, 2048)] + [min(size, 2048)]
    for _ in range(superframes):
        for split, kept, channels in zip(splits, angles, elements):
            coder.adaptive(split, 0)
            for i in range(sum(edge < size for edge in MODEL.stereo_edges[:-1]) if channels == 2 else 0):
                coder.adaptive(kept[2 if i == 0 else 0], 0)  # below = was, and not turned
            for c in range(channels):
                for low, high in zip(edges, edges[1:]):
                    inputs = [0] * 24
                    inputs[17] = spectral.octaves(240 * (low + high) + 2048) - spectral.octaves(20 * 2048)
                    inputs[21], inputs[22] = spectral.octaves(high - low), 256 * c
                    one = min(65520, max(16, refdec.SQUASH[scalar_logits(MODEL.energies, inputs)[0]]))
                    coder.encode(0, 65536 - one)
    return struct.pack("<h", 123) + coder.finish()


@pytest.mark.parametrize("rate, elements", [(8000, [1]), (44100, [2]), (44100, [1]), (96000, [2, 1])])
def test_silence(rate, elements):
    size, channels = spectral.superframe_length(rate), sum(elements)
    content = silence(rate, elements, 3)
    assert len(content) < 60 * channels
    found = decode(content, MODEL, rate, channels, 2 * size + 1)
    assert found.values.shape == (3 * size, channels) and not np.any(found.values)
    assert found.lengths == [[size] * 3] * len(elements)


# ---------------------------------------------------------------------------------------------------------------------
# §19.2, §19.3 Split and angles
# ---------------------------------------------------------------------------------------------------------------------


def element_with(bits: list[int], channels: int = 2) -> spectral.Element:
    """An element that will decode these bits and no more."""
    remaining = iter(bits)
    coder = Coder(lambda f0: next(remaining))
    coder.left = remaining
    return spectral.Element(MODEL, coder, 0, 0, channels, 256)


def test_splits_are_unary():
    for split, bits in enumerate([[0], [1, 0], [1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 1]]):
        element = element_with(bits)
        assert element.decode_split() == split and list(element.decoder.left) == []


def test_angles_stay_follow_or_are_new():
    # Stereo bands of 256 samples begin at 0, 16, 32, 64, 96, 128, 192.
    # The lowest stays, one is new, one follows, one is new beside what it could follow, and the others stay.
    element = element_with([0] + [1, 1, 0, 1, 1] + [1, 0] + [1, 1, 0, 0, 0, 0] + [0] * 3)
    element.decode_angles()
    assert element.angles == [4, 11, 11, 0, 4, 4, 4] and list(element.decoder.left) == []


def test_contexts_of_angles():
    element = element_with([0] + [1, 0, 1, 1, 1] + [1, 0] + [0] * 4)
    element.decode_angles()  # 4, 7, 7, 4, 4, 4, 4
    used = [[context != [32768, 32768] for context in row] for row in element.keep_contexts]
    # [below = was]: not, after a 7, which was turned; else in the lowest band, or where the band below was not turned.
    assert used == [[False, True, False], [True, False, True]]
    assert [context != [32768, 32768] for context in element.below_contexts] == [False, True]
    assert [i for i, context in enumerate(element.angle_contexts) if context != [32768, 32768]] == [1, 2, 5, 11]


# ---------------------------------------------------------------------------------------------------------------------
# §19.4 Energies
# ---------------------------------------------------------------------------------------------------------------------


def channel_block(channels: int = 1, split: int = 0) -> spectral.ChannelBlock:
    element = element_with([], channels)
    state = element.channels[-1]
    source = np.random.default_rng(split)
    state.energy[:], state.before[:] = 128 * source.integers(0, 40, (2, 256))
    first = None
    if channels == 2:
        first = spectral.ChannelBlock(element, element.channels[0], element.layouts[split], 1, None)
        first.log = [128 * (i * 7 % 30) for i in range(len(element.layouts[split].bands))]
    return spectral.ChannelBlock(element, state, element.layouts[split], 1, first)


def test_expected_logarithms():
    block = channel_block()
    block.past, block.log = [1000, 2000, 3000], []
    assert block.expected_log(0, 500, 2000) == (218 * 1000 + 13 * 500 + 26 * 2000) // 256  # 1080
    block.log = [1280]
    assert block.expected_log(1, 700, 3000) == 2109  # (408000 + 18200 + 78000 + 128·280) >> 8
    block.log = [1280, 1024]
    assert block.expected_log(2, 900, 3000) == 2327  # (612000 + 23400 + 78000 − 128·976 + 26·280) >> 8
    block.log = [0, 0]
    block.past = [5760, 5760, 0]
    assert block.expected_log(2, 0, 0) == 0


def scalar_energy_inputs(block: spectral.ChannelBlock, b: int) -> tuple[int, int, list[int]]:
    """E, anchor and the inputs of band b, line by line of the table."""
    s, layout, log, m = block.layout.split, block.layout, block.log, block.first
    n = 2048 >> s

    def cells(band: int) -> list[int]:
        low, high = layout.bands[band].low, layout.bands[band].high
        return list(range((low << s) >> 3, ((high << s) + 7) >> 3))

    def mean(v: np.ndarray, band: int) -> int:
        return sum(int(v[i]) for i in cells(band)) // len(cells(band))

    def cell(v: np.ndarray, bin: int) -> int:
        return int(v[min(255, max(0, (bin << s) >> 3))])

    energy, before = block.state.energy, block.state.before
    past = [mean(energy, i) for i in range(len(layout.bands))]
    low, high = layout.bands[b].low, layout.bands[b].high
    w, p0, p1 = high - low, past[b], mean(before, b)
    up = past[b + 1] if b + 1 < len(past) else p0
    if b == 0:
        e = max(0, (218 * p0 + 13 * p1 + 26 * up) >> 8)
    else:
        e = 204 * p0 + 26 * p1 + 26 * up + 128 * (log[b - 1] - past[b - 1])
        e = max(0, (e + (26 * (log[b - 2] - past[b - 2]) if b > 1 else 0)) >> 8)
    anchor = (e + 64) >> 7
    at = 128 * anchor
    x = [0] * 24
    x[0] = log[b - 1] - at if b >= 1 else 0
    x[1] = log[b - 2] - at if b >= 2 else 0
    x[2] = log[b - 3] - at if b >= 3 else 0
    x[3] = log[b - 1] - past[b - 1] if b >= 1 else 0
    x[4] = log[b - 2] - past[b - 2] if b >= 2 else 0
    x[5], x[6], x[7] = p0 - at, p1 - at, up - at
    x[8] = cell(energy, high + w + (w >> 1)) - at
    x[9] = past[b - 1] - at if b >= 1 else 0
    x[10] = cell(before, high + (w >> 1)) - at
    x[11] = cell(before, low - 1) - at if b > 0 else 0
    if m:
        x[12], x[13] = m.log[b] - at, m.log[b] - m.past[b]
        x[14] = m.log[b + 1] - m.past[b + 1] if b + 1 < len(past) else 0
        x[15] = (m.log[b - 1] - log[b - 1]) - (m.log[b] - at) if b >= 1 else 0
    x[16] = at
    x[17] = spectral.octaves(240 * (low + high) + n) - spectral.octaves(20 * n)
    x[18], x[19], x[20] = 256 * s, 256 * block.element.split, 256 * block.number
    x[21], x[22], x[23] = spectral.octaves(w), 256 * (m is not None), 2 * e - 256 * anchor
    return e, anchor, x


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("split", range(5))
def test_inputs_of_energies(channels, split):
    block = channel_block(channels, split)
    block.element.split = 3
    for b in range(len(block.layout.bands)):
        e, anchor, inputs = scalar_energy_inputs(block, b)
        p1 = spectral.floor_mean(block.state.before[block.layout.bands[b].cells])
        up = block.past[min(b + 1, len(block.past) - 1)]
        assert block.expected_log(b, p1, up) == e
        assert block.energy_inputs(b, p1, up, e, anchor).tolist() == inputs
        block.log.append(128 * (b * 11 % 46))


def level_of(bits: list[int], energy: int) -> int:
    """The level of the lowest band, after `energy` everywhere."""
    element = element_with(bits, 1)
    element.channels[0].energy[:] = element.channels[0].before[:] = energy
    level = spectral.ChannelBlock(element, element.channels[0], element.layouts[0], 0, None).decode_level(0)
    assert list(element.decoder.left) == []
    return level


def test_levels():
    assert level_of([0], 1280) == 10  # E = 257·1280 >> 8 = 1285
    assert level_of([1, 1, 0], 1280) == 11 and level_of([1, 0, 0], 1280) == 9
    assert level_of([1, 1] + [1] * 10 + [0], 1280) == 21
    assert level_of([1, 1] + [1] * 11 + [0], 1280) == 22  # 12 and the Exp-Golomb number 0
    assert level_of([1, 1] + [1] * 11 + [1, 1, 0, 1, 0], 1280) == 27  # 12 and 2^2 − 1 + 2
    assert level_of([1, 1] + [1] * 11 + [1] * 4 + [0] + [1] * 4, 1280) == 45
    assert level_of([1, 0] + [1] * 11 + [0], 1280) == 0
    with pytest.raises(refdec.ExcessTooLong):
        level_of([1, 1] + [1] * 11 + [1] * 21, 1280)


def test_what_energies_leave_behind():
    element = element_with([1, 1, 0] + [0] * 50, 1)  # the lowest level is 1, and the others follow
    state = element.channels[0]
    state.energy[:] = range(256)
    block = spectral.ChannelBlock(element, state, element.layouts[0], 0, None)
    block.decode_energies()
    assert state.before.tolist() == list(range(256))
    for band, log, above in zip(block.layout.bands, block.log, block.layout.bands[1:] + [None]):
        stop = above.cells.start if above else band.cells.stop  # the higher band takes a cell that both have
        assert set(state.energy[band.cells.start:stop].tolist()) <= {log}
    assert state.energy[32:].tolist() == list(range(32, 256))  # beyond M
    assert block.log[0] == 128


# ---------------------------------------------------------------------------------------------------------------------
# §19.5 Steps
# ---------------------------------------------------------------------------------------------------------------------


def test_what_is_heard_of_pairs():
    assert spectral.COSINE_SQUARED[:9:4] == [65536, 32768, 0]
    assert spectral.heard_in_pair([1280, 1280], 4) == [1280, 1280]  # D = 2·32760, whose oct is 4096
    assert spectral.heard_in_pair([1280, 256], 4) == [1153, 1153]  # D = 2·65249, oct 4350
    assert spectral.heard_in_pair([1280, 256], 0) == [1280, 268]  # D_1 = 2^62 / (2^38 + 2^34 + 1), oct 6120
    assert spectral.heard_in_pair([256, 1280], 8) == [268, 1280]
    assert spectral.heard_in_pair([0, 0], 4) == [41, 41]  # L = 2^46 + 2^44 + 1: D = 2·26214, oct 4014


def test_steps():
    assert [spectral.fine(step) for step in (0, 256, -1024, 128, 4863)] == [
        2**14, 2**15, 2**10, 92682 >> 2, (refdec.EXP[255] << 22) >> 6]
    element = element_with([], 1)
    element.quality = 50
    layout = element.layouts[0]
    block = spectral.ChannelBlock(element, element.channels[0], layout, 0, None)
    block.log = [1280] * len(layout.bands)
    assert element.steps(layout, [block]) == [[(200 * 1280 >> 8) + band.offset - 50 for band in layout.bands]]
    for quality, step in [(32767, -1024), (-32768, 4863)]:
        element.quality = quality
        assert set(element.steps(layout, [block])[0]) == {step}
    pair = element_with([])
    blocks = [spectral.ChannelBlock(pair, state, layout, 0, None) for state in pair.channels]
    blocks[0].log = blocks[1].log = block.log
    first, second = pair.steps(layout, blocks)
    assert second == [step - 44 for step in first]


# ---------------------------------------------------------------------------------------------------------------------
# §19.6 Coefficients
# ---------------------------------------------------------------------------------------------------------------------


def test_dequantised_magnitudes():
    assert spectral.dequantised(1, 0, [15, -8]) == 67  # 64·271 / 256
    assert spectral.dequantised(2, 0, [15, -8]) == 126
    assert spectral.dequantised(1, 1024, [0, 9]) == 1024
    assert spectral.dequantised(1, -1024, [-128, 0]) == 2
    assert spectral.dequantised(2**20, 4863, [0, 0]) == 2**28 - 1


class SlowBlock(spectral.ChannelBlock):
    """Reads a band bin by bin as the text has it."""

    bins = 0

    def decode_band(self, b: int, step: int) -> list[int]:
        band, model, bit = self.layout.bands[b], self.element.model, self.element.decoder.bit
        values: list[int] = []
        for k in range(band.low, band.high):
            logits = scalar_logits(model.coefficients, self.inputs(b, step, k, values))
            q = 0
            while q < 15 and bit(65536 - min(65520, max(16, refdec.SQUASH[logits[q]]))):
                q += 1
            if q == 15:
                q += refdec.decode_excess(self.element.decoder)
            size = 0
            if q:
                a = 256 * q + (model.center[0] if q == 1 else model.center[1])
                size = min(math.floor(a * refdec.EXP[step % 256] / 2 ** (18 - step // 256)), 2**28 - 1)
            values.append(-size if q and bit(32768) else size)
            SlowBlock.bins += 1
        return values

    def inputs(self, b: int, step: int, k: int, values: list[int]) -> list[int]:
        s, coded, band, log = self.layout.split, self.layout.coded, self.layout.bands[b], self.log
        x = refdec.EXP[step % 256] * 2 ** (step // 256 + 4) // 64
        n, second = 2048 >> s, self.first is not None

        def oct(v: int) -> int:
            return 2 * refdec.binary_log(v)

        def g(v: int) -> int:
            return oct(256 * int(v) + x) - oct(x)

        def here(j: int) -> int:
            if j < 0:
                return 0
            return abs(values[j - band.low]) if j >= band.low else int(self.magnitudes[j])

        def grid(v: np.ndarray, j: int) -> int:
            return v[j << s] if 0 <= j < coded else 0

        def other(j: int) -> int:
            return self.first.magnitudes[j] if second and 0 <= j < coded else 0

        last, older, w = self.state.last, self.state.older, band.high - band.low
        used = sum((abs(v) >> 2) ** 2 for v in values)
        left = max(1, w * spectral.level_times(4, log[b]) ** 2 - used, (26 * (x >> 10) ** 2) >> 8)
        return [log[b] - step, g(here(k - 1)), g(here(k - 2)), g(here(k - 3)),
                *(g(grid(last, j)) for j in (k, k + 1, k - 1, k + 2, k - 2)),
                *(g(grid(older, j)) for j in (k, k + 1, k - 1)), *(g(other(j)) for j in (k, k + 1, k - 1)),
                log[b - 1] - log[b] if b else 0, log[b + 1] - log[b] if b + 1 < len(log) else 0,
                oct(240 * (2 * k + 1) + n) - oct(20 * n), 256 * (s == 0), 256 * (s == 1), 256 * s, 256 * second,
                (256 * (k - band.low) + 128) // w, oct(w), self.first.log[b] - log[b] if second else 0,
                log[b] - self.past[b], ((oct(left) - oct(band.high - k)) >> 1) - 1024 - step, (oct(left) >> 1) - 1024 - step]


@pytest.mark.parametrize("rate, channels, frames, seed", [
    (8000, 1, 700, 0), (8000, 2, 700, 1), (11025, 2, 700, 2), (96000, 1, 4000, 3)])
def test_coefficients_decode_as_the_text_says_bin_by_bin(monkeypatch, rate, channels, frames, seed):
    model = random_model(seed) if seed % 2 else MODEL
    choose = likely_bits(seed + 20)
    content, signals = coded(monkeypatch, choose, model, rate, channels, frames, 500)
    monkeypatch.setattr(spectral, "ChannelBlock", SlowBlock)
    SlowBlock.bins = 0
    assert decode(content, model, rate, channels, frames).values.tolist() == signals.values.tolist()
    assert SlowBlock.bins > 50


def test_channels_of_a_pair_have_their_own_steps_and_limits(monkeypatch):
    decoded: list[int] = []

    class WatchedBlock(spectral.ChannelBlock):
        def decode_band(self, b: int, step: int) -> list[int]:
            decoded.append(self.second)
            if self.first:
                assert step == self.element.steps(self.layout, [self.first, self])[1][b]
            return super().decode_band(b, step)

    monkeypatch.setattr(spectral, "ChannelBlock", WatchedBlock)
    coded(monkeypatch, likely_bits(1), MODEL, 8000, 2, 1024, 500)
    assert set(decoded) == {0, 1}
    for skip, channels in [([-9999, 9999], {0}), ([9999, -9999], {1})]:
        decoded.clear()
        coded(monkeypatch, likely_bits(1), replace(MODEL, skip=skip), 8000, 2, 1024, 500)
        assert set(decoded) == channels


def test_magnitudes_are_remembered_without_noise():
    block = channel_block(split=2)
    layout, state = block.layout, block.state
    state.last[:] = np.arange(2048)
    block.log = [0, 1280, *[0] * (len(layout.bands) - 2)]
    bins = layout.bands[1]
    block.element.noise = spectral.Noise(0)
    block.decode_band = lambda b, step: [7, -5] + [0] * (bins.width - 2)
    coefficients = block.decode_coefficients([0] * len(layout.bands))
    assert coefficients[bins.low:bins.low + 2].tolist() == [7, -5]
    assert np.all(coefficients[bins.low + 2:bins.high] != 0) and not np.any(coefficients[bins.high:])
    assert state.older.tolist() == list(range(2048))
    expected = np.zeros(2048, dtype=int)
    expected[4 * bins.low:4 * bins.low + 4], expected[4 * bins.low + 4:4 * bins.low + 8] = 7, 5
    assert state.last.tolist() == expected.tolist()


# ---------------------------------------------------------------------------------------------------------------------
# §19.7 Noise
# ---------------------------------------------------------------------------------------------------------------------


def test_signs_of_noise():
    noise = spectral.Noise(0)
    assert [noise.is_negative() for _ in range(3)] == [False, False, True]  # 1013904223, 1196435762, 3519870697
    assert noise.seed == 3519870697
    assert spectral.Noise(3 * 2654435761).seed == 3 * 2654435761 - 2**32


def test_seeds_of_superframes_and_elements(monkeypatch):
    seeds: list[int] = []
    monkeypatch.setattr(spectral, "Noise", lambda seed: seeds.append(seed % 2**32))
    monkeypatch.setattr(spectral, "fill_zeros", lambda *_: None)
    coded(monkeypatch, likely_bits(2), MODEL, 8000, 3, 512)
    assert seeds == [n * 2654435761 % 2**32 for n in (0, 65536, 1, 65537)]


@pytest.mark.parametrize("log, w4, w6", [(0, 16, 64), (128, 22, 90), (1280, 512, 2048), (5760, 94906368, 379625472)])
def test_levels_as_amplitudes(log, w4, w6):
    assert (spectral.level_times(4, log), spectral.level_times(6, log)) == (w4, w6)


def test_noise_fills_zeros():
    model = replace(MODEL, cap=128, fill=128, fill_skipped=64)
    skipped = np.zeros(3, dtype=np.int64)
    spectral.fill_zeros(skipped, model, 1280, None, spectral.Noise(0))
    assert skipped.tolist() == [512, 512, -512]  # 64·2048 >> 8

    # W_4 = 512: 4·512² − (1600 >> 2)² = 888576 over three zeros is 296192, 4·isqrt of it 2176; caps 1024, 2048, 8192.
    for step, a in [(1280, 512), (1536, 1024), (2048, 1088)]:
        band = np.array([0, -1600, 0, 0])
        spectral.fill_zeros(band, model, 1280, step, spectral.Noise(0))
        assert band.tolist() == [a, -1600, a, -a]
    loud = np.array([0, 5000])  # more than its level
    spectral.fill_zeros(loud, model, 1280, 2048, spectral.Noise(0))
    assert loud.tolist() == [0, 5000]


# ---------------------------------------------------------------------------------------------------------------------
# §19.8 Transform
# ---------------------------------------------------------------------------------------------------------------------

LENGTHS = [2**i for i in range(4, 15)]


def float_transform(x: np.ndarray) -> np.ndarray:
    """Steps 2 to 4 in floating point, orthonormal, with NumPy's transform between the turns."""
    n = len(x)
    turns = np.exp(-1j * np.pi * (8 * np.arange(n // 2) + 1) / (8 * n))
    y = np.fft.fft((x[0::2] + 1j * x[::-2]) * turns) * turns * np.sqrt(2 / n)
    result = np.empty(n)
    result[0::2], result[::-2] = y.real, -y.imag
    return result


def cosine_rows(x: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Some results of the orthonormal DCT-IV."""
    n = len(x)
    return np.cos(np.pi / n * np.outer(rows + 0.5, np.arange(n) + 0.5)) @ x * np.sqrt(2 / n)


@pytest.mark.parametrize("length", LENGTHS)
def test_transform_is_nearly_a_cosine_transform_and_its_own_inverse(length):
    source = np.random.default_rng(length)
    x = source.integers(-2**24, 2**24, length)
    y = spectral.cosine_transform(x)
    assert np.abs(y - float_transform(x)).max() < 4 + math.sqrt(length) / 16
    assert np.abs(spectral.cosine_transform(y) - x).max() < 4 + math.sqrt(length) / 8
    rows = source.choice(length, min(length, 200), replace=False)
    assert np.abs(y[rows] - cosine_rows(x, rows)).max() < 4 + math.sqrt(length) / 16


def test_transforms_of_many_blocks_are_those_of_each():
    x = np.random.default_rng(0).integers(-2**20, 2**20, (3, 2, 64))
    y = spectral.cosine_transform(x)
    assert all(spectral.cosine_transform(x[i, j]).tolist() == y[i, j].tolist() for i in range(3) for j in range(2))


def wrapped(v: int) -> int:
    return (v + 2**31) % 2**32 - 2**31


def scalar_transform(x: list[int]) -> list[int]:
    """Steps 2 to 4, a number at a time."""
    n_all = len(x)
    k = n_all // 2
    bits = int(math.log2(k))

    def fixed(v: float) -> int:
        return math.floor(2**30 * v + 0.5)

    def rot(v: int) -> int:
        return wrapped((v + 2**29) // 2**30)

    def phi(n: int) -> float:
        return math.pi * (8 * n + 1) / (8 * n_all)

    re, im = [0] * k, [0] * k
    for n in range(k):
        place = sum(((n >> i) & 1) << (bits - 1 - i) for i in range(bits))
        c, s = fixed(math.cos(phi(n))), fixed(math.sin(phi(n)))
        re[place] = rot(c * x[2 * n] + s * x[n_all - 1 - 2 * n])
        im[place] = rot(c * x[n_all - 1 - 2 * n] - s * x[2 * n])
    for t in range(1, bits + 1):
        h = 2 ** (t - 1)
        for i in range(k):
            if i >> (t - 1) & 1:
                continue
            psi = math.pi * (i % h) / h
            c, s = fixed(math.cos(psi)), fixed(math.sin(psi))
            turned = rot(c * re[i + h] + s * im[i + h]), rot(c * im[i + h] - s * re[i + h])
            for part, v in zip((re, im), turned):
                sums = wrapped(part[i] + v), wrapped(part[i] - v)
                part[i], part[i + h] = [wrapped(a + (a >> 1) % 2) >> 1 if t % 2 == 0 else a for a in sums]
    kappa = 1.0 if bits % 2 == 0 else math.sqrt(0.5)
    result = [0] * n_all
    for n in range(k):
        c, s = fixed(kappa * math.cos(phi(n))), fixed(kappa * math.sin(phi(n)))
        result[2 * n] = rot(c * re[n] + s * im[n])
        result[n_all - 1 - 2 * n] = rot(s * re[n] - c * im[n])
    return result


@pytest.mark.parametrize("size", [2**20, 2**31])
@pytest.mark.parametrize("length", [16, 32, 64, 512])
def test_transform_computes_what_the_text_says_number_by_number(length, size):
    x = np.random.default_rng(length).integers(-size, size, length)
    x[:2] = -size, size - 1
    assert spectral.cosine_transform(x).tolist() == scalar_transform(x.tolist())


def test_pairs_are_turned_back():
    layout = spectral.Layout(MODEL, 256, 1)
    spectra = np.random.default_rng(1).integers(-2**20, 2**20, (2, 2, 128))
    turned = spectra.copy()
    angles = [0, 8, 4, 1, 15, 6, 2]
    spectral.restore_pair(turned, angles, layout)
    for angle, low, high in zip(angles, layout.stereo_edges, layout.stereo_edges[1:]):
        c, s = math.cos(angle * math.pi / 16), math.sin(angle * math.pi / 16)
        x0, x1 = spectra[:, 0, low:high], spectra[:, 1, low:high]
        assert np.abs(turned[:, 0, low:high] - (c * x0 - s * x1)).max() <= 0.51
        assert np.abs(turned[:, 1, low:high] - (s * x0 + c * x1)).max() <= 0.51
    assert turned[:, :, :8].tolist() == spectra[:, :, :8].tolist()  # angle 0
    assert turned[:, 1, 8:16].tolist() == spectra[:, 0, 8:16].tolist()  # a quarter


# ---------------------------------------------------------------------------------------------------------------------
# §19.9 Overlap
# ---------------------------------------------------------------------------------------------------------------------


def fold(values: np.ndarray, boundary: int, overlap: int) -> None:
    """The encoder's direction: the transpose."""
    for i in range(overlap // 2):
        omega = math.pi * (overlap + 2 * i + 1) / (4 * overlap)
        left, right = values[boundary - 1 - i].copy(), values[boundary + i].copy()
        values[boundary + i] = np.rint(math.sin(omega) * right + math.cos(omega) * left)
        values[boundary - 1 - i] = np.rint(math.sin(omega) * left - math.cos(omega) * right)


@pytest.mark.parametrize("overlap", [16, 64, 1024])
def test_overlap_is_undone(overlap):
    x = np.random.default_rng(overlap).integers(-2**24, 2**24, (2 * overlap, 2))
    y = x.copy()
    fold(y, overlap, overlap)
    assert np.abs(y - x)[overlap - overlap // 2:overlap + overlap // 2].max() > 1000
    spectral.unfold(y, overlap, overlap)
    assert np.abs(y - x).max() <= 2
    outside = np.r_[:overlap // 2, 3 * overlap // 2:2 * overlap]
    assert y[outside].tolist() == x[outside].tolist()


def test_overlap_wraps():
    values = np.array([[2**31 - 1]] * 16 + [[2**31 - 1]] * 16)
    spectral.unfold(values, 16, 16)
    omega = math.pi * 17 / 64
    c, s = round(2**30 * math.cos(omega)), round(2**30 * math.sin(omega))
    assert values[15, 0] == wrapped(((s + c) * (2**31 - 1) + 2**29) >> 30) < 0
    assert values[16, 0] == ((s - c) * (2**31 - 1) + 2**29) >> 30


def test_blocks_of_any_lengths_give_back_what_was_folded():
    """Folding, transforming twice and joining is the identity, across blocks of the file too."""
    whole = np.random.default_rng(7).integers(-2**22, 2**22, (6 * 256, 3))
    folded = whole.copy()
    lengths = [[256, *[64] * 4, 256, 256, 256, 256], [128, 128, *[16] * 16, 256, *[64] * 4, 256, 256]]
    for element, own in enumerate(lengths):
        columns, place = folded[:, 2 * element:2 * element + 2], 0
        for before, after in zip(own, own[1:]):
            place += before
            fold(columns, place, min(before, after))
        place = 0
        for length in own:
            columns[place:place + length] = spectral.cosine_transform(
                spectral.cosine_transform(columns[place:place + length].T)).T
            place += length
    first = spectral.Signals(folded[:768], [split_at(own, 768)[0] for own in lengths])
    second = spectral.Signals(folded[768:], [split_at(own, 768)[1] for own in lengths])
    joined = spectral.join([first, second], 1500)
    assert len(joined) == 1500 and np.abs(joined - whole[:1500]).max() <= 10
    alone = spectral.join([first], 768)  # a cut file: no overlap where it ends
    assert np.abs(alone - whole[:768])[:640].max() <= 10
    assert alone[640:, :2].tolist() == folded[640:768, :2].tolist()


def split_at(lengths: list[int], place: int) -> tuple[list[int], list[int]]:
    count = next(i for i in range(len(lengths)) if sum(lengths[:i]) == place)
    return lengths[:count], lengths[count:]


def test_conversion_to_integers():
    values = np.array([[0, 31, 32, -32, -33, 64], [2**21 - 33, 2**21 - 32, 2**31 - 1, -2**21, -2**31, -2**21 - 33]])
    assert spectral.integers_from_values(values, 16).tolist() == [
        [0, 0, 1, 0, -1, 1], [32767, 32767, 32767, -32768, -32768, -32768]]
    assert spectral.integers_from_values(values[:1], 22).tolist() == values[:1].tolist()
    assert spectral.integers_from_values(values[:1], 24).tolist() == (4 * values[:1]).tolist()
    assert spectral.integers_from_values(values[1:], 32).tolist() == [
        [1024 * (2**21 - 33), 1024 * (2**21 - 32), 2**31 - 1, -2**31, -2**31, -2**31]]
    assert spectral.integers_from_values(np.array([[2**20 - 1, 2**20, -2**20, -2**20 - 1]]), 1).tolist() == [[0, 0, 0, -1]]
    assert spectral.integers_from_values(values, 16).dtype == np.dtype("<i4")


def test_conversion_to_floats():
    values = np.array([[0, 1, -2**21, 2**24 + 1, 2**24 + 3, -2**31, 2**31 - 1]])
    found = spectral.floats_from_values(values, np.dtype("<f4"))
    assert found.tolist() == [[0.0, 2.0**-21, -1.0, 8.0, (2**24 + 4) / 2**21, -1024.0, 1024.0]]
    assert spectral.floats_from_values(values, np.dtype("<f8")).tolist() == (values / 2**21).tolist()
    assert not np.signbit(found[0, 0])


# ---------------------------------------------------------------------------------------------------------------------
# §17 Files
# ---------------------------------------------------------------------------------------------------------------------


def lossy_header(rate=8000, channels=1, kind=16, block_length=512, model=MODEL.identity, after=b"") -> bytes:
    return chunk("H", varint(rate) + bytes([channels, kind]) + varint(block_length) + b"\1" + model + after)


def lossy_block(frames: int, content: bytes, signals: spectral.Signals) -> bytes:
    digest = struct.pack("<I", crc32c_bitwise(signals.values.astype("<i4").tobytes()))
    return chunk("B", varint(frames) + digest + content)


HEADER = lossy_header()
AFTER = 5 + len(HEADER)


@pytest.fixture(scope="module")
def three_blocks():
    """Blocks of 512, 512 and 300 frames of a pair at 8 kHz: chunks and signals."""
    with pytest.MonkeyPatch.context() as patch:
        streams = [(n, *coded(patch, likely_bits(i), MODEL, 8000, 2, n, 200)) for i, n in enumerate([512, 512, 300])]
    return [lossy_block(*stream) for stream in streams], [signals for _, _, signals in streams]


def test_files_of_lossy_sound(three_blocks):
    chunks, signals = three_blocks
    values = spectral.join(signals, 1324)
    for kind in (8, 16, 24):
        found = sound.read_sound_file(sound_file(lossy_header(channels=2, kind=kind), *chunks))
        assert found.header.lossy and not found.cut and found.model is not None
        assert found.samples.tolist() == spectral.integers_from_values(values, kind).tolist()
    for kind, dtype in [(64, "<f4"), (65, "<f8")]:
        found = sound.read_sound_file(sound_file(lossy_header(channels=2, kind=kind), *chunks)).samples
        assert found.dtype == np.dtype(dtype) and found.tolist() == (values / 2**21).astype(dtype).tolist()


def test_cut_files_end_with_their_last_complete_block(three_blocks):
    chunks, signals = three_blocks
    data = sound_file(lossy_header(channels=2), *chunks)
    for count in range(4):
        end = AFTER + sum(map(len, chunks[:count]))
        for size in (end, end + 1, end + 9):
            found = sound.read_sound_file(data[:size])
            frames = [0, 512, 1024, 1324][count]
            expected = spectral.integers_from_values(spectral.join(signals[:count], frames), 16) if count else []
            assert found.cut and found.end == end and found.samples.tolist() == np.array(expected).tolist()
            assert found.samples.shape == (frames, 2)


def test_a_sound_without_frames_is_empty():
    found = sound.read_sound_file(sound_file(lossy_header(channels=2, kind=64)))
    assert found.samples.shape == (0, 2) and found.samples.dtype == np.float32


def endless_block() -> bytes:
    """Nothing but ones: a level that never ends."""
    coder = Coder(lambda f0: 1)
    element = spectral.Element(MODEL, coder, 0, 0, 1, 256)
    with pytest.raises(refdec.ExcessTooLong):
        element.decode_superframe(0)
    return chunk("B", varint(4) + bytes(4) + bytes(2) + coder.finish())


def broken_files():
    """(name, file, offset of the error)"""
    place = 5 + 2 + 4  # of the block length: after signature, chunk, rate, channels and kind
    for name, length in [("half a superframe", 128), ("one and a half", 384), ("a frame more", 513)]:
        yield name, vca(lossy_header(block_length=length)), place
        yield f"{name} of another model", vca(lossy_header(block_length=length, model=bytes(8))), place
    yield "block length 0", vca(lossy_header(block_length=0)), place
    yield "block length too long", vca(lossy_header(block_length=2**22 + 256)), place
    yield "superframe of 96 kHz", vca(lossy_header(rate=96000, block_length=2048)), place + 1
    yield "another model", vca(lossy_header(model=bytes(8))), place + 3
    yield "no model", vca(lossy_header(model=b"")), place + 3
    yield "half a model", vca(lossy_header(model=MODEL.identity[:7])), place + 3
    yield "byte after the model", vca(lossy_header(after=b"\0")), place + 11
    yield "longest payload", vca(HEADER, b"B" + varint(1024 + 512 * 4 + 1)), AFTER + 1
    yield "longest payload of 64-bit samples", vca(lossy_header(kind=65), b"B" + varint(1024 + 512 * 4 + 1)), AFTER + 1
    quiet = silence(8000, [1], 1)
    block = chunk("B", varint(4) + bytes(4) + quiet)
    yield "digest", vca(HEADER, block), AFTER
    yield "no quality", vca(HEADER, chunk("B", varint(4) + bytes(5))), AFTER + 2 + 5
    yield "no end of a level", vca(HEADER, endless_block()), AFTER
    zeros = spectral.Signals(np.zeros((256, 1)), [[256]])
    good = lossy_block(4, quiet, zeros)
    yield "block after a short one", vca(HEADER, good, good), AFTER + len(good)
    yield "frames", vca(HEADER, lossy_block(513, quiet, zeros)), AFTER + 2
    yield "frames of the end", vca(HEADER, good, end_chunk(256, len(good))), AFTER + len(good)


@pytest.mark.parametrize("data, offset", [pytest.param(data, offset, id=name) for name, data, offset in broken_files()])
def test_errors_name_their_place(data, offset):
    with pytest.raises(refdec.Malformed) as error:
        sound.read_sound_file(data)
    assert error.value.offset == offset, str(error.value)


def test_the_model_is_asked_for_only_by_lossy_sound_that_fits():
    def no_model():
        raise AssertionError

    sound.read_sound_file(vca(chunk("H", varint(8000) + b"\1\x10\4\0")), no_model)
    with pytest.raises(refdec.Malformed):
        sound.read_sound_file(vca(lossy_header(block_length=257)), no_model)
    with pytest.raises(AssertionError):
        sound.read_sound_file(vca(HEADER), no_model)


def test_silent_files_and_longest_payloads():
    zeros = spectral.Signals(np.zeros((512, 1)), [[256] * 2])
    content = silence(8000, [1], 2)
    content += bytes(1024 + 512 * 4 - len(content) - 4 - 2)
    block = lossy_block(400, content, zeros)
    assert refdec.read_chunk(block, 0, "B").payload.remaining == 1024 + 2048
    found = sound.read_sound_file(sound_file(HEADER, block))
    assert found.samples.tolist() == [[0]] * 400


# ---------------------------------------------------------------------------------------------------------------------
# Command line and vectors
# ---------------------------------------------------------------------------------------------------------------------


def test_programs_take_another_model(tmp_path, capsys):
    other = model_file(SECTION)
    (tmp_path / "other.vcs").write_bytes(other)
    header = lossy_header(model=other[5:13])
    data = sound_file(header)
    (tmp_path / "stream.vca").write_bytes(data)
    arguments = ["--digest", str(tmp_path / "stream.vca")]
    assert refdec.main(["--model", str(tmp_path / "other.vcs"), *arguments]) == 0
    digest = hashlib.sha256(b"").hexdigest()
    assert capsys.readouterr().out == f"sha256 {digest}\n"
    assert refdec.main(arguments) == 65
    assert f"byte {5 + 2 + 2 + 1 + 1 + 2 + 1}: the sound needs model" in capsys.readouterr().err

    expected = {"sampleRate": 8000, "channels": 1, "samples": "16-bit integers", "frames": 0, "sha256": digest}
    (tmp_path / "expected.json").write_text(json.dumps(expected | {"model": "other.vcs"}), encoding="utf-8")
    assert verify.check(tmp_path) is None
    (tmp_path / "expected.json").write_text(json.dumps(expected), encoding="utf-8")
    assert "does not decode" in verify.check(tmp_path)
