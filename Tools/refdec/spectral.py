"""Lossy sound: its model and its blocks, decoded as SPEC §18 and §19 say and in their order.

Every number is an integer: Python's, which are exact, or NumPy's of 64 bits where a band, a layer or a signal is worked
on at once. Only tables of sines come from floating point; no entry is near a tie of rounding.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from math import isqrt
from pathlib import Path

import numpy as np

from refdec import (EXP, MANTISSA, SQUASH, ExcessTooLong, Fields, Malformed, RangeDecoder, binary_log, ceil_div,
                    decode_excess, new_contexts, rounded_shift)
from waveform import clamp, wrapped32

# ---------------------------------------------------------------------------------------------------------------------
# §18 Sound model
# ---------------------------------------------------------------------------------------------------------------------

MODEL_MAGIC = b"\x8Evcs\x01"
DEFAULT_MODEL = Path(__file__).resolve().parents[2] / "Models" / "sound.vcs"
GRID = 2048
SPLITS = range(5)
INPUT_LIMIT, HIDDEN_LIMIT, LOGIT_LIMIT = 8191, 32767, 2047
HIDDEN = 32


@dataclass
class Layer:
    """One of a perceptron; |bias| + limit·sum|w| < 2^31 holds for every output."""

    shift: int
    weights: np.ndarray  # int64 [outputs][inputs], 16-bit values
    bias: np.ndarray  # int64 [outputs]

    def sums(self, x: np.ndarray) -> np.ndarray:
        """bias + sum of w·x: int64 [...][inputs] to [...][outputs]."""
        return self.bias + x @ self.weights.T


@dataclass
class Perceptron:
    """K -> 32 -> 32 -> N. What of the first layer is known early can be summed early."""

    first: Layer
    second: Layer
    last: Layer

    def start(self, inputs: np.ndarray) -> np.ndarray:
        """Sums of the first layer of int64 [...][K] inputs."""
        return self.first.sums(np.clip(inputs, -INPUT_LIMIT, INPUT_LIMIT))

    def finish(self, sums: np.ndarray) -> list:
        """Logits [...][N] from the sums of the first layer."""
        hidden = np.clip(rounded_shift(sums, self.first.shift), 0, HIDDEN_LIMIT)
        hidden = np.clip(rounded_shift(self.second.sums(hidden), self.second.shift), 0, HIDDEN_LIMIT)
        return np.clip(rounded_shift(self.last.sums(hidden), self.last.shift), -LOGIT_LIMIT, LOGIT_LIMIT).tolist()


@dataclass
class Bands:
    """The bands of one split."""

    edges: list[int]
    offsets: list[int]  # of their steps


@dataclass
class SoundModel:
    """The decoder section of a sound model."""

    identity: bytes
    bands: list[Bands]  # [split]
    stereo_edges: list[int]
    slope: int
    side: int
    skip: list[int]  # [first or second channel]
    center: list[int]  # [magnitude 1 or greater]
    cap: int
    fill: int
    fill_skipped: int
    coefficients: Perceptron
    energies: Perceptron


def read_sound_model(data: bytes) -> SoundModel:
    """A model file: the notes, which do not matter here, and the decoder section."""
    if data[:4] != MODEL_MAGIC[:4]:
        raise Malformed(0, "not a .vcs file")
    if data[4:5] != MODEL_MAGIC[4:]:
        raise Malformed(4, f"unsupported version {data[4]}" if len(data) > 4 else "version is missing")
    fields = Fields(data, len(MODEL_MAGIC))
    stated = fields.bytes(8, "identity")
    sections = []
    for name in ("notes", "decoder"):
        length = fields.u32(f"length of the {name} section")
        sections.append(Fields(data, fields.offset, fields.offset + length))
        fields.bytes(length, f"{name} section")
    fields.finish("the decoder section")
    model = read_decoder_section(sections[1])
    if model.identity != stated:
        raise Malformed(len(MODEL_MAGIC), f"identity {stated.hex()}, that of the decoder section is {model.identity.hex()}")
    return model


def read_decoder_section(fields: Fields) -> SoundModel:
    """All fields of the decoder section, in order."""
    identity = hashlib.sha256(fields.data[fields.offset:fields.end]).digest()[:8]
    bands = []
    for s in SPLITS:
        edges = read_edges(fields, f"bands of split {s}", 26, GRID >> s, widest=1023)
        bands.append(Bands(edges, fields.array("<i2", (len(edges) - 1,), "offset").tolist()))
    stereo_edges = read_edges(fields, "stereo bands", 16, GRID, multiple=16)
    model = SoundModel(
        identity, bands, stereo_edges, slope=fields.u8("slope"), side=int(fields.array("<i2", (), "side")),
        skip=fields.array("<i2", (2,), "skip").tolist(), center=fields.array("i1", (2,), "center").tolist(),
        cap=fields.u8("cap"), fill=fields.u8("fill"), fill_skipped=fields.u8("fillSkipped"),
        coefficients=read_perceptron(fields, 28, 15), energies=read_perceptron(fields, 24, 24))
    fields.finish("the perceptrons")
    return model


def read_edges(fields: Fields, name: str, most: int, end: int, multiple: int = 1, widest: int = GRID) -> list[int]:
    """u8 n, then n + 1 edges that rise from 0 to `end`."""
    count = fields.u8(name, 1, most)
    start, edges = fields.offset, fields.array("<u2", (count + 1,), f"edges of the {name}")
    widths = np.diff(edges)
    if edges[0] != 0 or edges[-1] != end or widths.min() < 1 or widths.max() > widest or np.any(edges % multiple):
        raise Malformed(start, f"edges of the {name} are {edges.tolist()}")
    return edges.tolist()


def read_perceptron(fields: Fields, inputs: int, outputs: int) -> Perceptron:
    return Perceptron(read_layer(fields, inputs, HIDDEN, 8192), read_layer(fields, HIDDEN, HIDDEN, 32768),
                      read_layer(fields, HIDDEN, outputs, 32768))


def read_layer(fields: Fields, inputs: int, outputs: int, limit: int) -> Layer:
    """A layer with the overflow proof for inputs of at most `limit`."""
    offset, shift = fields.offset, fields.u8("shift", 1, 30)
    weights = fields.array("<i2", (outputs, inputs), "w")
    bias = fields.array("<i4", (outputs,), "bias")
    if np.any(np.abs(bias) + limit * np.abs(weights).sum(axis=1) >= 2**31):
        raise Malformed(offset, "an accumulator could overflow")
    return Layer(shift, weights, bias)


def decide(decoder: RangeDecoder, logit: int) -> int:
    """A decision with a logit."""
    return decoder.bit(65536 - clamp(SQUASH[logit], 16, 65520))


# ---------------------------------------------------------------------------------------------------------------------
# §19.1 Payload and order
# ---------------------------------------------------------------------------------------------------------------------

CELLS = 256
CELL = GRID // CELLS
START_ANGLE = 4


def superframe_length(rate: int) -> int:
    """S, in samples."""
    return max((s for s in (256 << i for i in range(7)) if 41000 * s < 2048 * rate), default=256)


def octaves(v: int) -> int:
    """oct(v), in 1/256."""
    return 2 * binary_log(v)


MANTISSAS = np.array(MANTISSA)


def octaves_of(v: np.ndarray) -> np.ndarray:
    """oct of every element; int64, 1 ... 2^53."""
    n = np.frexp(v.astype(np.float64))[1].astype(np.int64) - 1  # exact below 2^53
    eight = np.where(n >= 8, v >> np.maximum(n - 8, 0), v << np.maximum(8 - n, 0)) & 255
    return 2 * (128 * n + MANTISSAS[eight])


@dataclass
class Signals:
    """What a block decodes to, before any overlap (SPEC §19.8)."""

    values: np.ndarray  # int64 [F·S][channel], values of 32 bits
    lengths: list[list[int]]  # of the transform blocks of each element, in order


@dataclass
class Band:
    """Bins low ... high - 1 of a transform block."""

    low: int
    high: int
    cells: slice
    offset: int
    stereo: int  # the stereo band of its middle

    @property
    def width(self) -> int:
        return self.high - self.low


class Layout:
    """What a split says about transform blocks of superframes of so many samples."""

    def __init__(self, model: SoundModel, superframe: int, split: int):
        self.split = split
        self.length = superframe >> split  # N
        self.unit = GRID >> split  # n
        self.coded = min(self.length, self.unit)  # M
        self.stereo_edges = self.ends_of([edge >> split for edge in model.stereo_edges])
        edges = self.ends_of(model.bands[split].edges)
        self.bands = [self.band(*pair, offset) for pair, offset in zip(pairwise(edges), model.bands[split].offsets)]

    def ends_of(self, edges: list[int]) -> list[int]:
        """Edges of the bands that begin below M, the last one ending there."""
        return [edge for edge in edges if edge < self.coded] + [self.coded]

    def band(self, low: int, high: int, offset: int) -> Band:
        middle = (low + high) >> 1
        stereo = sum(edge <= middle for edge in self.stereo_edges) - 1
        cells = slice((low << self.split) >> 3, ((high << self.split) + 7) >> 3)
        return Band(low, high, cells, offset, stereo)

    def place(self, twice: int) -> int:
        """Where on the axis of octaves half a bin number lies (inputs 17)."""
        return octaves(240 * twice + self.unit) - octaves(20 * self.unit)

    def at_bins(self, grid: np.ndarray) -> np.ndarray:
        """Values on the grid at the M bins."""
        return grid[:self.coded << self.split:1 << self.split]

    def on_grid(self, bins: np.ndarray) -> np.ndarray:
        """Values of the M bins on the grid, 0 beyond."""
        grid = np.zeros(GRID, dtype=np.int64)
        grid[:self.coded << self.split] = np.repeat(bins, 1 << self.split)
        return grid


def decode_block(fields: Fields, model: SoundModel, rate: int, channels: int, frames: int) -> Signals:
    """A spectral block to the end of `fields`.

    - Raises: ExcessTooLong for an Exp-Golomb number that §10.4 refuses.
    """
    quality = int(fields.array("<i2", (), "quality"))
    decoder, size = RangeDecoder(fields.rest()), superframe_length(rate)
    elements = [Element(model, decoder, quality, number, min(2, channels - 2 * number), size)
                for number in range(ceil_div(channels, 2))]
    superframes = [np.concatenate([element.decode_superframe(f) for element in elements])
                   for f in range(ceil_div(frames, size))]
    return Signals(np.concatenate(superframes, axis=1).T, [element.lengths for element in elements])


class ChannelState:
    """What is remembered of a channel from one transform block to the next."""

    def __init__(self):
        self.energy, self.before = np.zeros(CELLS, dtype=np.int64), np.zeros(CELLS, dtype=np.int64)
        self.last, self.older = np.zeros(GRID, dtype=np.int64), np.zeros(GRID, dtype=np.int64)


class Element:
    """A pair of channels or a single one: its memory, and how its superframes are decoded."""

    def __init__(self, model: SoundModel, decoder: RangeDecoder, quality: int, number: int, channels: int, size: int):
        self.model, self.decoder, self.quality, self.number = model, decoder, quality, number
        self.layouts = [Layout(model, size, s) for s in SPLITS]
        self.channels = [ChannelState() for _ in range(channels)]
        self.split = 0  # of the last superframe
        self.angles = [START_ANGLE] * (len(self.layouts[0].stereo_edges) - 1)
        self.split_contexts = [new_contexts(4) for _ in SPLITS]
        self.keep_contexts = [new_contexts(3) for _ in range(2)]
        self.below_contexts, self.angle_contexts = new_contexts(2), new_contexts(16)
        self.lengths: list[int] = []

    @property
    def is_pair(self) -> bool:
        return len(self.channels) == 2

    def decode_superframe(self, f: int) -> np.ndarray:
        """The signal [channel][S] of superframe f of the block."""
        split = self.decode_split()
        if self.is_pair:
            self.decode_angles()
        self.noise = Noise((f + 65536 * self.number) * 2654435761)
        layout = self.layouts[split]
        spectra = np.stack([self.decode_transform_block(layout, i) for i in range(1 << split)])
        self.split = split
        self.lengths += [layout.length] * (1 << split)
        if self.is_pair:
            restore_pair(spectra, self.angles, layout)
        return cosine_transform(spectra).transpose(1, 0, 2).reshape(len(self.channels), -1)

    def decode_transform_block(self, layout: Layout, number: int) -> np.ndarray:
        """Spectra int64 [channel][N] of a transform block."""
        blocks: list[ChannelBlock] = []
        for state in self.channels:
            blocks.append(ChannelBlock(self, state, layout, number, blocks[0] if blocks else None))
            blocks[-1].decode_energies()
        steps = self.steps(layout, blocks)
        spectra = np.zeros((len(blocks), layout.length), dtype=np.int64)
        for spectrum, block, steps_of_block in zip(spectra, blocks, steps):
            spectrum[:layout.coded] = block.decode_coefficients(steps_of_block)
        return spectra

    # -----------------------------------------------------------------------------------------------------------------
    # §19.2 Split
    # -----------------------------------------------------------------------------------------------------------------

    def decode_split(self) -> int:
        contexts = self.split_contexts[self.split]
        return next((n for n in range(4) if not self.decoder.adaptive_bit(contexts[n])), 4)

    # -----------------------------------------------------------------------------------------------------------------
    # §19.3 Angles
    # -----------------------------------------------------------------------------------------------------------------

    def decode_angles(self) -> None:
        angles: list[int] = []
        for band, was in enumerate(self.angles):
            below, turned = (angles[-1], int(angles[-1] != self.angles[band - 1])) if band else (was, 2)
            angles.append(self.decode_angle(was, below, turned))
        self.angles = angles

    def decode_angle(self, was: int, below: int, turned: int) -> int:
        """`turned` is 2 in the lowest band, where `below` is `was`."""
        bit = self.decoder.adaptive_bit
        if not bit(self.keep_contexts[below == was][turned]):
            return was
        if below != was and not bit(self.below_contexts[turned]):
            return below
        node = 1
        while node < 16:
            node = 2 * node + bit(self.angle_contexts[node])
        return node - 16

    # -----------------------------------------------------------------------------------------------------------------
    # §19.5 Steps
    # -----------------------------------------------------------------------------------------------------------------

    def steps(self, layout: Layout, blocks: list[ChannelBlock]) -> list[list[int]]:
        """Steps [channel][band]."""
        steps: list[list[int]] = [[] for _ in blocks]
        for b, band in enumerate(layout.bands):
            logs = [block.log[b] for block in blocks]
            heard = heard_in_pair(logs, self.angles[band.stereo]) if self.is_pair else logs
            for c, value in enumerate(heard):
                step = (self.model.slope * value >> 8) + band.offset + self.model.side * c - self.quality
                steps[c].append(clamp(step, -1024, 4863))
        return steps


def heard_in_pair(logs: list[int], angle: int) -> list[int]:
    """`heard` of both channels of a pair."""
    levels = [log // 128 for log in logs]
    most = max(levels)
    c2 = COSINE_SQUARED[angle]
    s2 = 65536 - c2
    a0, a1 = (2**30 >> (most - level) for level in levels)
    left = c2 * a0 + s2 * a1 + (2**44 >> most) + 1
    right = s2 * a0 + c2 * a1 + (2**44 >> most) + 1
    d0 = c2 * 2**46 // left + s2 * 2**46 // right
    d1 = s2 * 2**46 // left + c2 * 2**46 // right
    return [(256 * most + 4096 - octaves(d)) >> 1 for d in (d0, d1)]


COSINE_SQUARED = [round(65536 * float(np.cos(angle * np.pi / 16)) ** 2) for angle in range(16)]

# ---------------------------------------------------------------------------------------------------------------------
# §19.4 Energies
# ---------------------------------------------------------------------------------------------------------------------

HIGHEST_LEVEL = 45


def count_ones(decoder: RangeDecoder, logits: list[int]) -> int:
    """Decisions until one is 0; after as many as there are logits, an Exp-Golomb number more (SPEC §19.4, §19.6)."""
    for n, logit in enumerate(logits):
        if not decide(decoder, logit):
            return n
    return len(logits) + decode_excess(decoder)


class ChannelBlock:
    """A transform block of one channel. `first` is that of the pair's first channel, for the second."""

    def __init__(self, element: Element, state: ChannelState, layout: Layout, number: int, first: ChannelBlock | None):
        self.element, self.state, self.layout, self.number, self.first = element, state, layout, number, first
        self.second = int(first is not None)  # c
        self.log: list[int] = []
        self.past = [floor_mean(state.energy[band.cells]) for band in layout.bands]

    def decode_energies(self) -> None:
        """log[b] of all bands, and what they leave behind."""
        for b in range(len(self.layout.bands)):
            self.log.append(128 * self.decode_level(b))
        self.state.before = self.state.energy.copy()
        for band, log in zip(self.layout.bands, self.log):
            self.state.energy[band.cells] = log

    def decode_level(self, b: int) -> int:
        band = self.layout.bands[b]
        p1 = floor_mean(self.state.before[band.cells])
        up = self.past[min(b + 1, len(self.past) - 1)]
        expected = self.expected_log(b, p1, up)
        anchor = (expected + 64) >> 7

        decoder, network = self.element.decoder, self.element.model.energies
        logits = network.finish(network.start(self.energy_inputs(b, p1, up, expected, anchor)))
        difference = 0
        if decide(decoder, logits[0]):
            greater = decide(decoder, logits[1])
            difference = 1 + count_ones(decoder, logits[2:13] if greater else logits[13:24])
            difference = difference if greater else -difference
        return clamp(anchor + difference, 0, HIGHEST_LEVEL)

    def expected_log(self, b: int, p1: int, up: int) -> int:
        """E."""
        p0 = self.past[b]
        if b == 0:
            return max(0, (218 * p0 + 13 * p1 + 26 * up) >> 8)
        rises = 128 * self.rise(b - 1) + (26 * self.rise(b - 2) if b > 1 else 0)
        return max(0, (204 * p0 + 26 * p1 + 26 * up + rises) >> 8)

    def rise(self, b: int) -> int:
        """How much greater a band is than before."""
        return self.log[b] - self.past[b]

    def energy_inputs(self, b: int, p1: int, up: int, expected: int, anchor: int) -> np.ndarray:
        layout, band, at = self.layout, self.layout.bands[b], 128 * anchor
        x = np.zeros(24, dtype=np.int64)
        for distance in range(1, min(3, b) + 1):
            x[distance - 1] = self.log[b - distance] - at
        for distance in range(1, min(2, b) + 1):
            x[2 + distance] = self.rise(b - distance)
        x[5:8] = self.past[b] - at, p1 - at, up - at
        x[8] = self.cell(self.state.energy, band.high + band.width + (band.width >> 1)) - at
        x[10] = self.cell(self.state.before, band.high + (band.width >> 1)) - at
        if b > 0:
            x[9] = self.past[b - 1] - at
            x[11] = self.cell(self.state.before, band.low - 1) - at
        if self.first:
            x[12:16] = self.first_energy_inputs(b, at)
        x[16:18] = at, layout.place(band.low + band.high)
        x[18:21] = 256 * layout.split, 256 * self.element.split, 256 * self.number
        x[21:24] = octaves(band.width), 256 * self.second, 2 * expected - 256 * anchor
        return x

    def first_energy_inputs(self, b: int, at: int) -> tuple[int, int, int, int]:
        """Inputs 12 to 15 of a second channel."""
        first = self.first
        above = first.rise(b + 1) if b + 1 < len(first.log) else 0
        difference = first.log[b - 1] - self.log[b - 1] - (first.log[b] - at) if b > 0 else 0
        return first.log[b] - at, first.rise(b), above, difference

    def cell(self, v: np.ndarray, bin: int) -> int:
        return int(v[clamp((bin << self.layout.split) >> 3, 0, CELLS - 1)])

    # -----------------------------------------------------------------------------------------------------------------
    # §19.6 Coefficients
    # -----------------------------------------------------------------------------------------------------------------

    def decode_coefficients(self, steps: list[int]) -> np.ndarray:
        """The M coefficients with their noise, int64; leaves `magnitudes` without it."""
        layout, model = self.layout, self.element.model
        self.magnitudes = np.zeros(layout.coded, dtype=np.int64)
        self.around = [(layout.at_bins(self.state.last), (0, 1, -1, 2, -2)),  # inputs 4 to 14
                       (layout.at_bins(self.state.older), (0, 1, -1))]
        if self.first:
            self.around.append((self.first.magnitudes, (0, 1, -1)))
        coefficients = np.zeros(layout.coded, dtype=np.int64)
        for b, (band, log, step) in enumerate(zip(layout.bands, self.log, steps)):
            skipped = log == 0 or log - step < model.skip[self.second]
            if not skipped:
                coefficients[band.low:band.high] = self.decode_band(b, step)
                self.magnitudes[band.low:band.high] = np.abs(coefficients[band.low:band.high])
            if log > 0:
                fill_zeros(coefficients[band.low:band.high], model, log, None if skipped else step, self.element.noise)
        self.state.older, self.state.last = self.state.last, layout.on_grid(self.magnitudes)
        return coefficients

    def decode_band(self, b: int, step: int) -> list[int]:
        """The coefficients of a band that is not skipped.

        All inputs but those of the three bins before and of what is left of the band's power are known at the start, if nothing
        is decoded in it; so are the logits then.
        """
        band, model, decoder = self.layout.bands[b], self.element.model, self.element.decoder
        network, x = model.coefficients, fine(step)
        sums = network.start(self.coefficient_inputs(b, step, x))
        quiet = network.finish(sums)
        weights = network.first.weights[:, [1, 2, 3, 26, 27]].T
        power = self.power(b)
        near = [loudness(int(v), x) for v in self.magnitudes[max(0, band.low - 3):band.low][::-1]]
        near += [0] * (3 - len(near))

        values = []
        for i in range(band.width):
            logits = quiet[i]
            if any(near) or any(values):
                known, now = (self.power_inputs(p, band.high - band.low - i, step, x) for p in (self.power(b), power))
                changed = np.array([*near, now[0] - known[0], now[1] - known[1]])
                logits = network.finish(sums[i] + changed @ weights)  # no input is near its limits
            q = count_ones(decoder, logits)
            v = dequantised(q, step, model.center) if q else 0
            values.append(-v if q and decoder.bit(32768) else v)
            power -= (v >> 2) ** 2
            near = [loudness(v, x), *near[:2]]
        return values

    def power(self, b: int) -> int:
        """w·W_4² of a band."""
        return self.layout.bands[b].width * level_times(4, self.log[b]) ** 2

    @staticmethod
    def power_inputs(power: int, bins: int, step: int, x: int) -> tuple[int, int]:
        """Inputs 26 and 27 when so much is left for so many bins."""
        left = octaves(max(1, power, (26 * (x >> 10) ** 2) >> 8))
        return ((left - octaves(bins)) >> 1) - 1024 - step, (left >> 1) - 1024 - step

    def coefficient_inputs(self, b: int, step: int, x: int) -> np.ndarray:
        """Inputs [bin][28] of a band as if nothing were decoded in it, 0 for those of the three bins before."""
        layout, band, log = self.layout, self.layout.bands[b], self.log[b]
        k = np.arange(band.low, band.high)
        inputs = np.zeros((band.width, 28), dtype=np.int64)
        inputs[:, 0] = log - step
        column = 4
        for magnitudes, distances in self.around:
            near = np.pad(octaves_of(256 * magnitudes[max(0, band.low - 2):band.high + 2] + x) - octaves(x),
                          (max(0, 2 - band.low), max(0, band.high + 2 - layout.coded)))
            for distance in distances:
                inputs[:, column] = near[2 + distance:2 + distance + band.width]
                column += 1
        inputs[:, 15] = self.log[b - 1] - log if b > 0 else 0
        inputs[:, 16] = self.log[b + 1] - log if b + 1 < len(self.log) else 0
        inputs[:, 17] = [layout.place(2 * bin + 1) for bin in k.tolist()]
        inputs[:, 18:22] = 256 * (layout.split == 0), 256 * (layout.split == 1), 256 * layout.split, 256 * self.second
        inputs[:, 22] = (256 * (k - band.low) + 128) // band.width
        inputs[:, 23] = octaves(band.width)
        inputs[:, 24] = self.first.log[b] - log if self.first else 0
        inputs[:, 25] = self.rise(b)
        inputs[:, 26:] = [self.power_inputs(self.power(b), band.high - bin, step, x) for bin in k.tolist()]
        return inputs


def floor_mean(cells: np.ndarray) -> int:
    return int(cells.sum()) // len(cells)


def fine(step: int) -> int:
    """X, 2^14 times the step."""
    return (EXP[step % 256] << ((step >> 8) + 4)) >> 6


def loudness(v: int, x: int) -> int:
    """g(v)."""
    return octaves(256 * v + x) - octaves(x) if v else 0


def dequantised(q: int, step: int, center: list[int]) -> int:
    """v of |q| > 0."""
    a = 256 * q + center[q > 1]
    return min((a * EXP[step % 256]) >> (18 - (step >> 8)), 2**28 - 1)


# ---------------------------------------------------------------------------------------------------------------------
# §19.7 Noise
# ---------------------------------------------------------------------------------------------------------------------


class Noise:
    """Signs of one element in one superframe."""

    def __init__(self, seed: int):
        self.seed = seed % 2**32

    def is_negative(self) -> bool:
        self.seed = (self.seed * 1664525 + 1013904223) % 2**32
        return self.seed >= 2**31


def fill_zeros(coefficients: np.ndarray, model: SoundModel, log: int, step: int | None, noise: Noise) -> None:
    """Puts noise where a band of level > 0 is 0; without a step for one that is skipped."""
    zeros = np.flatnonzero(coefficients == 0)
    if len(zeros) == 0:
        return
    if step is None:
        a = (model.fill_skipped * level_times(6, log)) >> 8
    else:
        energy = sum((v >> 2) ** 2 for v in np.abs(coefficients).tolist())
        missing = max(0, len(coefficients) * level_times(4, log) ** 2 - energy) // len(zeros)
        a = (model.fill * min((model.cap * (fine(step) >> 8)) >> 8, 4 * isqrt(missing))) >> 8
    for i in zeros:
        coefficients[i] = -a if noise.is_negative() else a


def level_times(i: int, log: int) -> int:
    """W_i, 2^i times a band's level."""
    return (EXP[log % 256] << (log >> 8)) >> (16 - i)


# ---------------------------------------------------------------------------------------------------------------------
# §19.8 Transform
# ---------------------------------------------------------------------------------------------------------------------


def rot(a: np.ndarray) -> np.ndarray:
    """R(a, 30) in 32 bits, of a sum of two products."""
    return wrapped32(rounded_shift(a, 30))


def turn(angles: np.ndarray, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """C and s, or with a scale C' and s', of angles in radians."""
    return tuple(np.rint(2.0**30 * scale * f(angles)).astype(np.int64) for f in (np.cos, np.sin))


def restore_pair(spectra: np.ndarray, angles: list[int], layout: Layout) -> None:
    """Step 1: spectra int64 [transform block][2][N] of a pair, turned back in place."""
    for angle, (low, high) in zip(angles, pairwise(layout.stereo_edges)):
        c, s = turn(np.array(angle * np.pi / 16))
        x0, x1 = spectra[:, 0, low:high].copy(), spectra[:, 1, low:high].copy()
        spectra[:, 0, low:high] = rot(c * x0 - s * x1)
        spectra[:, 1, low:high] = rot(s * x0 + c * x1)


@dataclass
class TransformTables:
    """Of a DCT-IV of N = 2K."""

    before: tuple[np.ndarray, np.ndarray]  # C(φ), s(φ)
    after: tuple[np.ndarray, np.ndarray]  # C'(φ), s'(φ)
    order: np.ndarray  # numbers with their bits reversed
    stages: list[tuple[np.ndarray, np.ndarray]]  # C(ψ), s(ψ)


@lru_cache(maxsize=None)
def transform_tables(length: int) -> TransformTables:
    half = length // 2
    bits = half.bit_length() - 1
    phi = np.pi * (8 * np.arange(half) + 1) / (8 * length)
    order = np.array([int(format(n, f"0{bits}b")[::-1], 2) for n in range(half)])
    stages = [turn(np.pi * np.arange(1 << t) / (1 << t)) for t in range(bits)]
    return TransformTables(turn(phi), turn(phi, 1.0 if bits % 2 == 0 else np.sqrt(0.5)), order, stages)


def cosine_transform(x: np.ndarray) -> np.ndarray:
    """Steps 2 to 4: DCT-IV along the last axis of int64 values of 32 bits."""
    tables = transform_tables(x.shape[-1])
    c, s = tables.before
    even, odd = x[..., 0::2], x[..., ::-2]  # x[2n] and x[N - 1 - 2n]
    re = rot(c * even + s * odd)[..., tables.order]
    im = rot(c * odd - s * even)[..., tables.order]
    for t, factors in enumerate(tables.stages, 1):
        re, im = butterflies(re, im, factors, halve=t % 2 == 0)
    c, s = tables.after
    result = np.empty_like(x)
    result[..., 0::2] = rot(c * re + s * im)
    result[..., ::-2] = rot(s * re - c * im)
    return result


def butterflies(re: np.ndarray, im: np.ndarray, factors: tuple, halve: bool) -> tuple[np.ndarray, np.ndarray]:
    """One t of step 3."""
    c, s = factors
    (u_re, v_re), (u_im, v_im) = (np.moveaxis(x.reshape(*x.shape[:-1], -1, 2, len(c)), -2, 0) for x in (re, im))
    turned_re, turned_im = rot(c * v_re + s * v_im), rot(c * v_im - s * v_re)
    return tuple(sum_and_difference(u, v, halve).reshape(re.shape) for u, v in ((u_re, turned_re), (u_im, turned_im)))


def sum_and_difference(u: np.ndarray, v: np.ndarray, halve: bool) -> np.ndarray:
    """u + v where u was and u - v where v was: [...][place][2][j]."""
    both = np.stack([u + v, u - v], axis=-2)
    both = wrapped32(both)
    return wrapped32(both + (both >> 1 & 1)) >> 1 if halve else both


# ---------------------------------------------------------------------------------------------------------------------
# §19.9 Overlap
# ---------------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=None)
def overlap_table(overlap: int) -> tuple[np.ndarray, np.ndarray]:
    """C(ω) and s(ω), for a column of values."""
    c, s = turn(np.pi * (overlap + 2 * np.arange(overlap // 2) + 1) / (4 * overlap))
    return c[:, None], s[:, None]


def unfold(values: np.ndarray, boundary: int, overlap: int) -> None:
    """One boundary with an overlap of V, in place; int64 [frame][channel], values of 32 bits."""
    c, s = overlap_table(overlap)
    before = values[boundary - overlap // 2:boundary][::-1]
    after = values[boundary:boundary + overlap // 2]
    left, right = before.copy(), after.copy()
    after[:] = rot(s * right - c * left)
    before[:] = rot(s * left + c * right)


def join(blocks: list[Signals], frames: int) -> np.ndarray:
    """The first `frames` values int64 [frame][channel] of the signals of all blocks of a file."""
    values = np.concatenate([block.values for block in blocks])
    for element in range(len(blocks[0].lengths)):
        lengths = [length for block in blocks for length in block.lengths[element]]
        for boundary, pair in zip(accumulate(lengths), pairwise(lengths)):
            unfold(values[:, 2 * element:2 * element + 2], boundary, min(pair))
    return values[:frames]


def integers_from_values(values: np.ndarray, bits: int) -> np.ndarray:
    """Samples of so many bits from values in 1/64 of a step of 16 bits."""
    scaled = rounded_shift(values, 22 - bits) if bits < 22 else values << (bits - 22)
    return np.clip(scaled, -(2 ** (bits - 1)), 2 ** (bits - 1) - 1).astype("<i4")


def floats_from_values(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """values · 2^-21. A value of 32 bits is exact in binary64, so it is rounded once, ties to even."""
    return (values.astype(np.float64) * 2.0**-21).astype(dtype)
