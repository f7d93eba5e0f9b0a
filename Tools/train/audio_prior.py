#!/usr/bin/env python3
"""Train the two small networks that predict the sound codec's symbols: coefficients and band energies.

    audio_prior.py --train train.npz --test test.npz --out audio.pt [--hidden 32] [--minutes 10]

The files come from `audio_codec.py dump`: features and symbols, in coding order. Each network is a perceptron of two
hidden layers run once per symbol; its outputs are the logits of the binary decisions that spell the symbol (SPEC
§19). The loss is their cross-entropy in bits, so that the printed numbers are the rate that an ideal coder would spend.
"""
import argparse, time

import numpy as np
import torch
from torch import nn
from torch.nn import functional

COEFFICIENT_STEPS = 15  # decisions "greater than n", n = 0…14; above that an Exp-Golomb code without model
ENERGY_STEPS = 11  # decisions of each sign: "greater than n", n = 1…11


class Prior(nn.Module):
    """features (N, inputs) → logits (N, outputs); the first layer takes standardised features."""

    def __init__(self, inputs, outputs, hidden):
        super().__init__()
        self.register_buffer("mean", torch.zeros(inputs))
        self.register_buffer("deviation", torch.ones(inputs))
        self.layers = nn.Sequential(
            nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, outputs))

    def forward(self, features):
        return self.layers((features - self.mean) / self.deviation)


def coefficient_decisions(magnitudes):
    """|q| (N,) → bits and which of them are coded, both (N, 15): unary, "greater than n"."""
    steps = torch.arange(COEFFICIENT_STEPS)
    return magnitudes[:, None] > steps, magnitudes[:, None] >= steps


def energy_decisions(residuals):
    """Residuals (N,) → bits and which of them are coded, (N, 24): is it non-zero, its sign, then unary for each sign."""
    steps = torch.arange(1, ENERGY_STEPS + 1)
    size, positive = residuals.abs()[:, None], (residuals > 0)[:, None]
    more, reached = size > steps, size >= steps
    nonzero = size > 0
    bits = torch.cat([nonzero, positive, more, more], 1)
    coded = torch.cat([torch.ones_like(nonzero), nonzero, reached & positive, reached & ~positive & nonzero], 1)
    return bits, coded


def bits_of(logits, decisions):
    bits, coded = decisions
    loss = functional.binary_cross_entropy_with_logits(logits, bits.float(), reduction="none")
    return (loss * coded).sum(1) / np.log(2)


def train(features, symbols, decide, outputs, hidden, seconds, batch=2048, rate=3e-3, steps=None):
    features, symbols = torch.from_numpy(features), torch.from_numpy(symbols.astype(np.int64))
    net = Prior(features.shape[1], outputs, hidden)
    net.mean.copy_(features.mean(0))
    net.deviation.copy_(features.std(0) + 1e-3)
    optimizer = torch.optim.Adam(net.parameters(), rate)
    start, done, step = time.time(), 0.0, 0
    while done < 1:
        done = step / steps if steps else (time.time() - start) / seconds
        for group in optimizer.param_groups:
            group["lr"] = rate * max(1 - done, 0.003)
        pick = torch.randint(len(features), (batch,))
        loss = bits_of(net(features[pick]), decide(symbols[pick])).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
        if step % 1000 == 0:
            print(f"{step} {done:.2f} {loss.item():.4f}", flush=True)
    return net


@torch.no_grad()
def total_bits(net, features, symbols, decide, chunk=65536):
    parts = [bits_of(net(torch.from_numpy(features[i : i + chunk])), decide(torch.from_numpy(symbols[i : i + chunk].astype(np.int64))))
             for i in range(0, len(features), chunk)]
    return torch.cat(parts).numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", required=True)
    parser.add_argument("--test", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    data, test = np.load(options.train), np.load(options.test)
    nets = {}
    tasks = (("coefficients", "F", "T", coefficient_decisions, COEFFICIENT_STEPS, 0.8, [2, 3]),
             ("energies", "E", "R", energy_decisions, 2 + 2 * ENERGY_STEPS, 0.2, [4, 5]))
    for name, inputs, symbols, decide, outputs, share, columns in tasks:
        net = train(data[inputs], data[symbols], decide, outputs, options.hidden, options.minutes * 60 * share)
        bits = total_bits(net, test[inputs], test[symbols], decide)
        for quality in sorted(set(test["rows"][:, 1])):
            spans = [(int(low), int(high)) for low, high in test["rows"][test["rows"][:, 1] == quality][:, columns]]
            count = sum(high - low for low, high in spans)
            print(f"{name}: {sum(bits[low:high].sum() for low, high in spans) / max(count, 1):.4f} bits each over {count} at quality point {quality:.0f}")
        nets[name] = net.state_dict()
    torch.save({"hidden": options.hidden, **nets}, options.out)


if __name__ == "__main__":
    main()
