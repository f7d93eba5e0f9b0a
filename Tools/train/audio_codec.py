#!/usr/bin/env python3
"""The sound codec in floating point: transform, stereo, block sizes, rate control. docs/sound-design.md describes it.

    audio_codec.py dump SOUNDS --prior none|audio.pt --out train.npz [--clips 200] [--seed 1] [--keep 0.07]
    audio_codec.py curve FOLDER --prior audio.pt --out curve.json [--rates 6,9,12,16,24,32,48,64] [--reference opus.json]

`dump` codes random pieces of the cache that build_sounds.py made and writes the features and symbols that audio_prior.py
trains on. `curve` codes every FLAC file of a folder at each rate, scores what comes back and compares it with the rows of
opus_curve.py. Rates count every bit of the ideal code lengths and two bytes of framing per eight superframes.
"""
import argparse, ctypes, functools, json, os, subprocess, sys, tempfile

import numpy as np
from scipy.fft import dct

RATE = 48000
SPAN = 2048
SPLITS = 5  # 2^s blocks to a superframe, s = 0…4
BANDS = (26, 20, 14, 9, 6)
NARROWEST = (8, 6, 4, 4, 4)
STEREO_EDGES = np.array([0, 16, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048])
ANGLES = 16
FRAMING_BITS = 2  # a superframe
LAW = {
    "slope": 0.78, "curve": [-1.56, -0.92, -0.55, -0.09, 0.02, 0.19, 0.06, 0.30], "side": -0.17, "skip": [-2.7, -2.5],
    "fill": 0.66, "fill_skipped": 0.83, "cap": 0.38, "center": -0.06, "hysteresis": [0.3, 0.3], "deadzone": 0.11, "price": 0.095,
}
SPLIT_PRICE = (0, 3, 9, 133, 290)  # bits that a split costs before it pays
SPLIT_SCALE = 10.0  # coefficients below this many 16-bit steps cost nothing when block sizes are compared
TURN_PRICE = 6.0  # bits that a change of angle costs
FIRST = 0.1  # how much more the residual's logarithm counts than the principal's, which breaks the tie between the two


class Law(ctypes.Structure):
    _fields_ = [("quality", ctypes.c_float), ("slope", ctypes.c_float), ("curve", ctypes.c_float * 8), ("side", ctypes.c_float),
                ("skip", ctypes.c_float * 2), ("fill", ctypes.c_float), ("fill_skipped", ctypes.c_float), ("cap", ctypes.c_float),
                ("center", ctypes.c_float), ("hysteresis", ctypes.c_float * 2), ("deadzone", ctypes.c_float), ("price", ctypes.c_float)]


class Layout(ctypes.Structure):
    _fields_ = [("bands", ctypes.c_int * 5), ("edges", ctypes.c_int * 64 * 5), ("stereo_bands", ctypes.c_int),
                ("stereo_edges", ctypes.c_int * 17)]


def law(quality, **changes):
    fields = {**LAW, **changes, "quality": quality}
    arrays = dict(Law._fields_)
    return Law(**{k: arrays[k](*v) if isinstance(v, (list, tuple)) else v for k, v in fields.items()})


def band_edges(count, bins, narrowest):
    """At most `count` bands over `bins` bins up to 24 kHz, equal on the ERB scale except for a least width."""
    erb = 21.4 * np.log10(1 + 0.00437 * np.linspace(0, RATE / 2, bins + 1))

    def edges_of(step):
        edges = [0]
        while edges[-1] < bins:
            following = max(int(np.searchsorted(erb, erb[edges[-1]] + step)), edges[-1] + narrowest)
            nearly = bins - following < following - edges[-1] and min(following, bins) * RATE / 2 / bins > 18500
            edges.append(bins if nearly else min(following, bins))
        return edges

    step = 0.2
    while len(edges_of(step)) - 1 > count:
        step += 0.02
    return edges_of(step)


@functools.cache
def layout():
    result = Layout()
    for s in range(SPLITS):
        edges = band_edges(BANDS[s], SPAN >> s, NARROWEST[s])
        result.bands[s] = len(edges) - 1
        result.edges[s][: len(edges)] = edges
    result.stereo_bands = len(STEREO_EDGES) - 1
    result.stereo_edges[: len(STEREO_EDGES)] = STEREO_EDGES.tolist()
    return result


@functools.cache
def library():
    """audio_codec.cpp, compiled once a process."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "audio_codec.cpp")
    path = os.path.join(tempfile.mkdtemp(), "audio_codec.so")
    subprocess.run(["g++", "-std=c++17", "-O3", "-march=native", "-ffast-math", "-shared", "-fPIC", "-o", path, source], check=True)
    result = ctypes.CDLL(path)
    result.dump_count.restype = ctypes.c_long
    return result


def pointer(array):
    return array.ctypes.data_as(ctypes.c_void_p)


def use_prior(path):
    """Gives the coder the networks of audio_prior.py; `none` gives it networks of zeros (every decision costs a bit)."""
    shapes = {"coefficients": (28, 15), "energies": (24, 24)}
    if path == "none":
        for which, (inputs, outputs) in enumerate(shapes.values()):
            library().set_network(which, inputs, 1, outputs, pointer(np.zeros(1000, np.float32)))
        return
    import torch

    state = torch.load(path)
    for which, name in enumerate(shapes):
        net = {key: value.numpy() for key, value in state[name].items()}
        first = net["layers.0.weight"] / net["deviation"]
        parts = [first.T, net["layers.0.bias"] - first @ net["mean"]]
        for layer in ("layers.2", "layers.4"):
            parts += [net[layer + ".weight"].T, net[layer + ".bias"]]
        flat = np.concatenate([np.ravel(p) for p in parts]).astype(np.float32)
        library().set_network(which, first.shape[1], first.shape[0], net["layers.4.weight"].shape[0], pointer(flat))


def lap(signal, splits, inverse=False):
    """Rotates samples across every block boundary, in place: with a DCT-IV of each block this is the MDCT.

    `signal` starts at frame 0; the first and the last boundary of the sound have no overlap. Overlaps span the smaller
    of the two blocks, with a sine slope.
    """
    boundaries = {}
    for frame, s in enumerate(splits):
        size = SPAN >> s
        if frame:
            boundaries.setdefault(min(size, SPAN >> splits[frame - 1]), []).append(frame * SPAN)
        for block in range(1, 1 << s):
            boundaries.setdefault(size, []).append(frame * SPAN + block * size)
    for overlap, places in boundaries.items():
        i = np.arange(overlap // 2)
        angle = np.pi / 2 * (overlap / 2 + i + 0.5) / overlap
        near, far = np.sin(angle), (-1 if inverse else 1) * np.cos(angle)
        place = np.array(places)[:, None]
        right, left = signal[place + i], signal[place - 1 - i]
        signal[place + i], signal[place - 1 - i] = near * right + far * left, near * left - far * right


def transform(blocks, splits):
    """DCT-IV of each block; (frames, 2048) ⇄ (frames, 2048), its own inverse."""
    result = np.empty_like(blocks)
    for s in np.unique(splits):
        frames = splits == s
        result[frames] = dct(blocks[frames].reshape(-1, 1 << s, SPAN >> s), type=4, norm="ortho", axis=-1).reshape(-1, SPAN)
    return result


def analyse(samples, splits):
    """(n,) in 16-bit units → (frames, 2048), blocks after one another."""
    signal = np.zeros(len(splits) * SPAN)
    signal[: len(samples)] = samples
    lap(signal, splits)
    return transform(signal.reshape(-1, SPAN), splits)


def synthesise(coefficients, splits, length):
    signal = transform(coefficients, splits).reshape(-1)
    lap(signal, splits, inverse=True)
    return signal[:length]


def rotate(pairs, splits, angles, backward=False):
    """Left and right (frames, 2, 2048) → principal and residual by the angle of each stereo band; or back."""
    result = np.empty_like(pairs)
    for s in np.unique(splits):
        frames = splits == s
        x = pairs[frames].reshape(-1, 2, 1 << s, SPAN >> s)
        y = np.empty_like(x)
        for band, (low, high) in enumerate(zip(STEREO_EDGES[:-1] >> s, STEREO_EDGES[1:] >> s)):
            turn = (angles[frames, band] * np.pi / ANGLES)[:, None, None]
            cosine, sine = np.cos(turn), (-1 if backward else 1) * np.sin(turn)
            a, b = x[:, 0, :, low:high], x[:, 1, :, low:high]
            y[:, 0, :, low:high], y[:, 1, :, low:high] = cosine * a + sine * b, cosine * b - sine * a
        result[frames] = y.reshape(-1, 2, SPAN)
    return result


def choose_angles(pairs, splits):
    """The angle of each superframe and stereo band that leaves least to code, with a price for changes (Viterbi)."""
    frames, bands = len(pairs), len(STEREO_EDGES) - 1
    moments = np.zeros((frames, bands, 3))
    for s in np.unique(splits):
        of = splits == s
        x = pairs[of].reshape(-1, 2, 1 << s, SPAN >> s)
        for band, (low, high) in enumerate(zip(STEREO_EDGES[:-1] >> s, STEREO_EDGES[1:] >> s)):
            a, b = x[:, 0, :, low:high], x[:, 1, :, low:high]
            moments[of, band] = np.stack([(a * a).sum((1, 2)), (b * b).sum((1, 2)), (a * b).sum((1, 2))], 1)
    turn = np.arange(ANGLES) * np.pi / ANGLES
    cosine, sine = np.cos(turn), np.sin(turn)
    left, right, cross = (moments[..., i : i + 1] for i in range(3))
    both = 2 * cross * cosine * sine
    first = left * cosine**2 + right * sine**2 + both
    second = left * sine**2 + right * cosine**2 - both
    width = np.diff(STEREO_EDGES)[None, :, None]
    floor = 0.003 * (left + right) + 0.2 * width
    whole = left + right + floor
    logs = [np.log2((np.maximum(power, 0) + floor) / whole) for power in (first, second)]
    cost = np.minimum(width, 48) / 2 * ((1 - FIRST) * logs[0] + (1 + FIRST) * logs[1])
    total = cost[0] + TURN_PRICE * (np.arange(ANGLES) != 4)
    choice = np.zeros((frames, bands, ANGLES), int)
    rows = np.arange(bands)
    for frame in range(1, frames):
        best = total.argmin(1)
        turned = total[rows, best][:, None] + TURN_PRICE
        choice[frame] = np.where(turned < total, best[:, None], np.arange(ANGLES))
        total = np.minimum(turned, total) + cost[frame]
    angles = np.zeros((frames, bands), np.int32)
    state = total.argmin(1)
    for frame in range(frames - 1, -1, -1):
        angles[frame] = state
        state = choice[frame][rows, state]
    return angles


def choose_splits(samples, frames):
    """The split of each superframe with the least Σ log2(1 + (X/scale)²)/2 over mid and side, prices added."""
    costs = np.zeros((SPLITS, frames))
    for channel in samples.T:
        for s in range(SPLITS):
            x = analyse(channel, np.full(frames, s))
            costs[s] += np.log2(1 + (x / SPLIT_SCALE) ** 2).sum(1) / 2
    return (costs + np.array(SPLIT_PRICE)[:, None]).argmin(0).astype(np.int32)


class Sound:
    """A sound ready to be coded at any quality: samples (n, 1 or 2) in [-1, 1] at 48 kHz."""

    def __init__(self, samples):
        self.samples = samples
        scaled = samples * 32768
        frames = -(-len(samples) // SPAN)
        mixed = scaled if scaled.shape[1] == 1 else scaled @ np.array([[1, 1], [1, -1]]) * np.sqrt(0.5)
        self.splits = choose_splits(mixed, frames)
        pairs = np.stack([analyse(channel, self.splits) for channel in scaled.T], 1)
        self.angles = np.full((frames, len(STEREO_EDGES) - 1), 4, np.int32)
        if pairs.shape[1] == 2:
            self.angles = choose_angles(pairs, self.splits)
            pairs = rotate(pairs, self.splits, self.angles)
        self.coefficients = np.ascontiguousarray(pairs, np.float32)

    def code(self, quality, **changes):
        """(decoded samples, bits of energies, coefficients and the rest)."""
        x = self.coefficients
        y, q = np.zeros_like(x), np.zeros(x.shape, np.int32)
        bits, frame_bits = np.zeros(3), np.zeros(len(x))
        shifts = np.zeros(len(x), np.float32)
        library().code(len(x), x.shape[1], pointer(x), pointer(self.splits), pointer(self.angles), pointer(shifts),
                       ctypes.byref(layout()), ctypes.byref(law(quality, **changes)), pointer(y), pointer(q), pointer(bits), pointer(frame_bits))
        bits[2] += FRAMING_BITS * len(x)
        y = y.astype(float)
        if x.shape[1] == 2:
            y = rotate(y, self.splits, self.angles, backward=True)
        decoded = [synthesise(y[:, c], self.splits, len(self.samples)) for c in range(x.shape[1])]
        return np.clip(np.stack(decoded, 1) / 32768, -1, 1), bits

    def kbps(self, bits):
        return bits.sum() * RATE / len(self.samples) / 1000

    def at_rate(self, kbps, tolerance=0.01):
        """What `code` returns at the quality that spends `kbps`, by regula falsi on the logarithm of the rate."""
        low, high, quality = None, None, -3.0
        for _ in range(14):
            decoded, bits = self.code(quality)
            error = np.log(kbps / self.kbps(bits))
            if abs(error) < tolerance:
                break
            if error > 0:
                low = (quality, error)
            else:
                high = (quality, error)
            if low and high:
                share = np.clip(low[1] / (low[1] - high[1]), 0.15, 0.85)
                quality = low[0] + share * (high[0] - low[0])
            else:
                quality = np.clip(quality + np.clip(error / 0.75, -1.5, 1.5), -12, 6)
        return decoded, bits


def pieces(path, count, seconds, seed):
    """Random pieces of the cache of build_sounds.py, its kinds taken in turn."""
    with open(path + ".json") as file:
        sounds = json.load(file)["sounds"]
    samples = np.memmap(path + ".pcm", np.int16, "r")
    random, frames = np.random.default_rng(seed), int(seconds * RATE)
    kinds = {kind: [s for s in sounds if s["kind"] == kind and s["frames"] > frames] for kind in ("speech", "music", "notes")}
    order = [kind for kind in ("speech", "music", "notes", "music") if kinds[kind]]
    while count:
        sound = kinds[order[count % len(order)]][random.integers(len(kinds[order[count % len(order)]]))]
        start = sound["offset"] + random.integers(sound["frames"] - frames + 1) * sound["channels"]
        piece = samples[start : start + frames * sound["channels"]].reshape(frames, -1) / 32768
        if np.sqrt((piece**2).mean()) > 0.003:
            count -= 1
            yield piece


def dump(options):
    use_prior(options.prior)
    limits = (options.limit, options.limit // 2)
    features = [np.zeros((limit, width), np.float32) for limit, width in zip(limits, (28, 24))]
    symbols = [np.zeros(limit, np.int8) for limit in limits]
    for which in range(2):
        keep = options.keep if which == 0 else 1.0
        library().set_dump(which, pointer(features[which]), pointer(symbols[which]), ctypes.c_long(limits[which]), ctypes.c_float(keep))
    random, rows = np.random.default_rng(options.seed), []
    counts = lambda: [library().dump_count(which) for which in range(2)]
    for number, piece in enumerate(pieces(options.sounds, options.clips, 5, options.seed)):
        sound = Sound(piece)
        for point, quality in enumerate(options.qualities):
            before = counts()
            sound.code(quality + random.uniform(-0.4, 0.4))
            after = counts()
            rows.append((number, point, before[0], after[0], before[1], after[1]))
    c, e = counts()
    np.savez(options.out, F=features[0][:c], T=np.abs(symbols[0][:c]), E=features[1][:e], R=symbols[1][:e], rows=np.array(rows))
    print(c, "coefficients,", e, "energies")


def curve(options):
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench"))
    import audio_scores

    use_prior(options.prior)
    rows = []
    for name in sorted(n for n in os.listdir(options.folder) if n.endswith(".flac")):
        source = audio_scores.read(os.path.join(options.folder, name))
        sound = Sound(source)
        for rate in options.rates:
            decoded, bits = sound.at_rate(rate)
            scores = audio_scores.score(source, decoded, speech="speech" in name)
            parts = [float(b) * RATE / len(source) / 1000 for b in bits]
            rows.append({"clip": name, "setting": rate, "kbps": sum(parts), "parts": parts, **scores})
            print(name, rate, round(sum(parts), 2), {k: round(v, 3) for k, v in scores.items()}, flush=True)
    with open(options.out, "w") as file:
        json.dump(rows, file, indent=0)
    audio_scores.summary(rows, options.reference)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("dump")
    command.set_defaults(run=dump)
    command.add_argument("sounds")
    command.add_argument("--prior", default="none")
    command.add_argument("--out", required=True)
    command.add_argument("--clips", type=int, default=200)
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--keep", type=float, default=0.07)
    command.add_argument("--limit", type=int, default=8_000_000)
    command.add_argument("--qualities", type=lambda t: [float(v) for v in t.split(",")], default=[-6, -4.8, -3.7, -2.6, -1.4])
    command = commands.add_parser("curve")
    command.set_defaults(run=curve)
    command.add_argument("folder")
    command.add_argument("--prior", required=True)
    command.add_argument("--out", required=True)
    command.add_argument("--reference")
    command.add_argument("--rates", type=lambda t: [float(v) for v in t.split(",")], default=[6, 9, 12, 16, 24, 32, 48, 64])
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
