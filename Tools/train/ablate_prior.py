#!/usr/bin/env python3
"""Compare forms of the mixture prior on the frozen features of a trained model.

    ablate_prior.py CHECKPOINT --cache training/photos [--steps 400]

Everything but the prior's last product is kept, so latents and distortion are the same for every form, and the rates can
be compared directly: one Gaussian, K diagonal Gaussians, and K Gaussians with a unit lower-triangular matrix L per
vector, shared by the components. Each form is fitted from scratch with the same steps; bits are of held-out crops.
"""
import argparse, json, math

import torch
import torch.nn as nn

from data import Crops
from evaluate import load_checkpoint
from fused import LOG_SCALE_RANGE
from model import LatentBlock, QUALITIES, anchor_weights


class Head(nn.Module):
    def __init__(self, channels, z, components, group, triangular):
        super().__init__()
        self.z, self.k, self.g, self.groups = z, components, group, z // group
        self.linear = nn.Linear(channels, components * (self.groups + 2 * z))
        self.linear.weight.data.mul_(0.3)
        self.linear.bias.data[components * self.groups :].normal_(0, 0.3 if components > 1 else 0)
        self.lower = nn.Parameter(torch.zeros(self.groups, group, group)) if triangular else None

    def bits(self, x, value, log_gain):
        """x [N,C], value [N,Z] in steps (noisy), log_gain [N,Z] -> bits [N]."""
        n, p = x.shape[0], self.linear(x)
        weight = torch.log_softmax(p[:, : self.k * self.groups].view(n, self.k, self.groups), 1)
        mean, scale = p[:, self.k * self.groups :].view(n, 2, self.k, self.z).unbind(1)
        d = value[:, None] - mean * log_gain.exp()[:, None]
        if self.lower is not None:
            r = d.view(n, self.k, self.groups, self.g)
            d = (r - torch.einsum("gij,nkgj->nkgi", self.lower.tril(-1), r)).reshape(n, self.k, self.z)
        d, sigma = d.abs(), (scale + log_gain[:, None]).clamp(*LOG_SCALE_RANGE).exp()
        root = 2**-0.5
        mass = 0.5 * (torch.erfc((d - 0.5) / sigma * root) - torch.erfc((d + 0.5) / sigma * root))
        log = mass.clamp_min(1e-7).log().view(n, self.k, self.groups, self.g).sum(3)
        return -torch.logsumexp(weight + log, 1).sum(1) / math.log(2)


@torch.no_grad()
def collect(net, crops, batches, size):
    """Per latent block: features, posterior means and log gains of random positions, over all qualities."""
    seen, hooks = {}, []

    def record(name):
        def hook(module, inputs, output):
            seen.setdefault(name, {}).setdefault("q" if name[1] else "x", []).append((inputs[0] if not name[1] else output).float())

        return hook

    blocks = [m for m in net.modules() if isinstance(m, LatentBlock)]
    for i, m in enumerate(blocks):
        hooks += [m.prior.register_forward_hook(record((i, 0))), m.mean.register_forward_hook(record((i, 1)))]
    gains = [[] for _ in blocks]
    for _ in range(batches):
        q = (torch.arange(size) + torch.rand(size)) / size * (QUALITIES - 1)
        for i, m in enumerate(blocks):
            gains[i].append(anchor_weights(q) @ m.log_gain)
        net(crops.batch(size), q, ste=True)
    for h in hooks:
        h.remove()
    out = []
    for i, m in enumerate(blocks):
        x, q = torch.cat(seen[(i, 0)]["x"]), torch.cat(seen[(i, 1)]["q"])
        per = x[0, ..., 0].numel()
        lg = torch.cat(gains[i]).repeat_interleave(per, 0)
        x, q = x.reshape(-1, x.shape[-1]), q.reshape(-1, m.z)
        out.append((x, q * lg.exp() + torch.rand_like(q) - 0.5, lg, per))
    return blocks, out


def fit(head, train, steps, batch=2048):
    optimizer = torch.optim.AdamW(head.parameters(), lr=4e-3, weight_decay=0)
    x, v, lg, _ = train
    for i in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 4e-3 * 0.5 * (1 + math.cos(math.pi * i / steps))
        pick = torch.randint(0, x.shape[0], (min(batch, x.shape[0]),))
        loss = head.bits(x[pick], v[pick], lg[pick]).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(head.parameters(), 50.0)
        optimizer.step()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("--cache", nargs="+", required=True)
    p.add_argument("--steps", type=int, default=400)
    options = p.parse_args()
    torch.manual_seed(5)
    net, _ = load_checkpoint(options.checkpoint)
    net.eval()
    blocks, train = collect(net, Crops(options.cache, 128, 11), 8, 16)
    _, test = collect(net, Crops(options.cache, 128, 12), 4, 16)
    crops = 4 * 16
    for name, k, lower in (("one Gaussian", 1, False), ("one Gaussian, L", 1, True), ("2 diagonal", 2, False), ("3 diagonal", 3, False), ("3 with shared L", 3, True), ("4 diagonal", 4, False)):
        total, rows = 0.0, []
        for m, t, e in zip(blocks, train, test):
            head = Head(t[0].shape[1], m.z, k, m.group, lower)
            fit(head, t, options.steps)
            with torch.no_grad():
                bits = sum(head.bits(e[0][i : i + 8192], e[1][i : i + 8192], e[2][i : i + 8192]).sum().item() for i in range(0, e[0].shape[0], 8192))
            rows.append(round(bits / crops / 128**2, 4))
            total += rows[-1]
        print(json.dumps({"form": name, "bpp": round(total, 4), "blocks": rows}), flush=True)


if __name__ == "__main__":
    main()
