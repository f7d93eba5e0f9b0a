#!/usr/bin/env python3
"""Writes the sound model (SPEC §18): the law of audio_codec.py and the networks of audio_prior.py in integers.

    export_sound.py Models/checkpoints/audio.pt Models/sound.vcs --test test.npz

The test set, of `audio_codec.py dump`, says how far activations reach, and what rounding costs: both rates are printed.
"""
import argparse, hashlib, json, struct

import numpy as np
import torch

import audio_codec
import audio_prior

ONE = 256  # of an input, and an octave
LOGIT = 128 / np.log(2)  # of a natural logarithm of odds
INPUT_LIMIT, ACTIVATION_LIMIT, LOGIT_LIMIT = 8191, 32767, 2047
REACH = 6000  # what a unit's greatest activations become
# What the inputs of SPEC §19 are of those that the networks were trained with.
SCALES = {"coefficients": {23: np.log(2)}, "energies": {16: 0.2, 21: np.log(2)}}


class Perceptron:
    """Three layers (w [out][in], b [out], shift) in integers."""

    def __init__(self, state, name, features):
        """features: (count, inputs), as trained with."""
        net = {key: value.double().numpy() for key, value in state.items()}
        first = net["layers.0.weight"] / net["deviation"]
        matrices = [(first, net["layers.0.bias"] - first @ net["mean"])]
        matrices += [(net[f"layers.{i}.weight"], net[f"layers.{i}.bias"]) for i in (2, 4)]
        self.scale = np.ones(first.shape[1])
        for index, scale in SCALES[name].items():
            self.scale[index] = scale
        x, before, self.layers = features.astype(float), ONE / self.scale, []
        for number, (w, b) in enumerate(matrices):
            y = x @ w.T + b
            last = number == len(matrices) - 1
            after = np.full(len(b), LOGIT) if last else self.activation_scales(y)
            self.layers.append(self.quantise(w * after[:, None] / before, b * after, 8192 if number == 0 else 32768))
            x, before = np.maximum(y, 0), after

    @staticmethod
    def activation_scales(y):
        """Of each unit; those that hardly ever answer get no more than twenty times that of the busiest."""
        reach = np.quantile(np.maximum(y, 0), 0.9995, axis=0)
        return REACH / np.maximum(reach, 0.05 * reach.max())

    @staticmethod
    def quantise(w, b, reach):
        for shift in range(30, 0, -1):
            iw, ib = np.rint(w * 2.0**shift), np.rint(b * 2.0**shift)
            if np.abs(iw).max() < 32768 and (np.abs(ib) + reach * np.abs(iw).sum(1)).max() < 2**31:
                return iw.astype(np.int64), ib.astype(np.int64), shift
        raise ValueError("weights do not fit")

    def inputs(self, features):
        return np.clip(np.floor(features / self.scale * ONE + 0.5), -INPUT_LIMIT, INPUT_LIMIT).astype(np.int64)

    def logits(self, x):
        for number, (w, b, shift) in enumerate(self.layers):
            limits = (-LOGIT_LIMIT, LOGIT_LIMIT) if number == 2 else (0, ACTIVATION_LIMIT)
            x = np.clip((x @ w.T + b + (1 << shift - 1)) >> shift, *limits)
        return x

    def record(self):
        parts = []
        for w, b, shift in self.layers:
            parts += [struct.pack("<B", shift), w.astype("<i2").tobytes(), b.astype("<i4").tobytes()]
        return b"".join(parts)


def octaves(value, unit=256):
    return int(round(value * unit))


def law_record():
    """The decoder section up to the networks."""
    law = audio_codec.law(0.0)
    parts = []
    for split, (count, narrowest) in enumerate(zip(audio_codec.BANDS, audio_codec.NARROWEST)):
        bins = audio_codec.SPAN >> split
        edges = audio_codec.band_edges(count, bins, narrowest)
        middles = [(low + high) * 12.0 / bins for low, high in zip(edges, edges[1:])]
        offsets = [octaves(frequency_offset(law, middle)) for middle in middles]
        parts.append(struct.pack(f"<B{len(edges)}H{len(offsets)}h", len(offsets), *edges, *offsets))
    stereo = audio_codec.STEREO_EDGES.tolist()
    parts.append(struct.pack(f"<B{len(stereo)}H", len(stereo) - 1, *stereo))
    parts.append(struct.pack("<Bh2h2b3B", octaves(law.slope), octaves(law.side), *[octaves(v) for v in law.skip],
                             octaves(-law.center), octaves(-0.03), octaves(law.cap), octaves(law.fill), octaves(law.fill_skipped)))
    return b"".join(parts)


def frequency_offset(law, kilohertz):
    """As in audio_codec.cpp."""
    return float(np.interp(np.log2(kilohertz + 0.02), [-2.5, -1.25, 0, 1, 2, 3, 3.8, 4.4], list(law.curve)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("out")
    parser.add_argument("--test", required=True)
    options = parser.parse_args()
    state, test = torch.load(options.checkpoint), np.load(options.test)
    section, notes = law_record(), {"networks": "32 + 32 units", "bits": {}}
    kinds = (("coefficients", "F", "T", audio_prior.coefficient_decisions, 15), ("energies", "E", "R", audio_prior.energy_decisions, 24))
    for name, inputs, symbols, decide, outputs in kinds:
        features, values = test[inputs][:400_000], torch.from_numpy(test[symbols][:400_000].astype(np.int64))
        net = Perceptron(state[name], name, features)
        section += net.record()
        rounded = torch.from_numpy(net.logits(net.inputs(features)) / LOGIT)
        whole = audio_prior.Prior(features.shape[1], outputs, state["hidden"])
        whole.load_state_dict(state[name])
        with torch.no_grad():
            bits = [float(audio_prior.bits_of(logits, decide(values)).mean()) for logits in (whole(torch.from_numpy(features)), rounded)]
        print(f"{name}: {bits[0]:.5f} bits each, in integers {bits[1]:.5f} ({(bits[1] / bits[0] - 1) * 100:+.3f} %); shifts", [s for _, _, s in net.layers])
        notes["bits"][name] = bits
    notes = json.dumps(notes).encode()
    identity = hashlib.sha256(section).digest()[:8]
    with open(options.out, "wb") as file:
        file.write(b"\x8evcs\x01" + identity + struct.pack("<I", len(notes)) + notes + struct.pack("<I", len(section)) + section)
    print(options.out, identity.hex(), len(section), "bytes")


if __name__ == "__main__":
    main()
