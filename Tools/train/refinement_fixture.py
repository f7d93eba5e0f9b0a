#!/usr/bin/env python3
"""Gradients of rate + λ·distortion by PyTorch's automatic differentiation, for the tests of LatentRefinement.

    refinement_fixture.py Tests/Fixtures/refinement.json

A small random model, the feature with which level 0 begins, symbols that need not be whole, a picture; and what a change of each
symbol does to everything but its own price, in bits per step. The price of a symbol between two whole numbers is interpolated as
VectorPrice says.
"""
import base64, hashlib, json, math, struct, sys

import torch
import torch.nn.functional as F

import export
import model
from model import Config, HierarchicalVAE, anchor_weights, depth_to_space, phase_positions, quality_lambda

QUALITY, HEIGHT, WIDTH = 27, 4, 6
CONFIG = Config(
    channels=(16, 16, 16, 16), kernels=(5, 3, 3, 3), analysis=(0, 0, 0, 0), latents=((8, 16), (), (), (8,)),
    phases=((1, 2), (), (), (0,)), tail=2, components=3, group=8,
)  # fmt: skip
HEADROOM = 1.5


def block(b, x, anchors):
    return export.block_forward(b, x, anchors, export.Seen(), "", "")


def rounded(x, fractions):
    """The nearest multiple of 1 / fractions; gradients pass as if nothing were rounded."""
    return x + ((x * fractions).round() / fractions - x).detach()


def log_mass(value, mean, scale):
    d = (value[:, None] - mean).abs() / scale / math.sqrt(2)
    half = 0.5 / scale / math.sqrt(2)
    return (0.5 * (torch.erfc(d - half) - torch.erfc(d + half))).clamp_min(2.0**-17).log()


def mixture(latent, prior, log_gain):
    """Weights' logarithms [N,K,G], means and standard deviations [N,K,Z] in steps, centres [N,Z].

    All as coarse as the coder has them (SPEC §10.2).
    """
    n, k, z, groups = prior.shape[0], latent.components, latent.z, latent.z // latent.group
    logits = rounded(prior[:, : k * groups], 64 / math.log(2))
    log_weight = F.log_softmax(logits.view(n, k, groups), 1)
    mean, log_scale = prior[:, k * groups :].view(n, 2, k, z).unbind(1)
    mean = rounded(mean * log_gain.exp(), export.FINE)
    lowest, highest = export.MIN_SCALE, export.MIN_SCALE + export.SCALES - 1
    octaves = rounded((log_scale + log_gain) / math.log(2), 8)
    scale = torch.exp2(octaves.clamp(lowest / 8, highest / 8))
    centre = rounded((log_weight.exp().repeat_interleave(latent.group, 2) * mean).sum(1), export.FINE)
    return log_weight, mean, scale, centre


def bits(u, centre, log_weight, mean, scale, group):
    n, k, z = mean.shape
    lo = u.floor()
    a, b = log_mass(centre + lo, mean, scale), log_mass(centre + lo + 1, mean, scale)
    inside = (a + (b - a) * (u - lo)[:, None]).view(n, k, z // group, group).sum(3)
    return -torch.logsumexp(log_weight + inside, 1).sum() / math.log(2)


def loss(net, feature, symbols, prices, picture):
    """Bits; `symbols` go into the latents, `prices` (equal, but without a gradient) into their own price.

    `picture` gives what a reconstruction is compared with.
    """
    anchors = anchor_weights(torch.tensor([float(QUALITY)], dtype=torch.double))
    y, total = feature, 0
    for latent, u, fixed in zip(net.latents[0], symbols, prices):
        y = block(latent.front, y, anchors)
        b, h, w, c = y.shape
        active = phase_positions(h, w, latent.phase, y.device)
        gathered = y.view(h * w, c)[active]
        log_gain = (anchors @ latent.log_gain)[0]
        log_weight, mean, scale, centre = mixture(latent, latent.prior(gathered), log_gain)
        total = total + bits(fixed, centre, log_weight, mean, scale, latent.group)
        added = latent.fuse((centre + u) / log_gain.exp())
        y = y.view(h * w, c).index_add(0, active, added).view(b, h, w, c)
    for b in net.tail:
        y = block(b, y, anchors)
    shown = depth_to_space(net.out(y), 8) / net.SPREAD + net.MEAN
    # Beyond black and white errors count as at the limit, and gradients point back.
    shown = shown + (shown.clamp(0, 1) - shown).detach()
    price = quality_lambda(QUALITY) * 4 / math.log(2)
    return total + price * (shown - picture(shown)).square().sum()


def main():
    torch.manual_seed(5)
    model.dct_basis = lambda count: torch.randn(count, 192) / 8  # the true one has 64 rows or more
    net = HierarchicalVAE(CONFIG)
    with torch.no_grad():
        for p in net.parameters():
            p.add_(0.1 * torch.randn_like(p) * p.abs().mean())
    # Pictures of enough sides for calibration; only level 0 is looked at.
    seen = export.Seen()
    smooth = F.interpolate(torch.rand(1, 3, 16, 16), (128, 128), mode="bicubic", align_corners=False).clamp(0, 1)
    for quality in (0, QUALITY, 63):
        export.forward(net, smooth.permute(0, 2, 3, 1), quality, seen)
    sections = [b"{}", export.decoder_section(net, seen, HEADROOM), export.analysis_section(net, seen, HEADROOM)]
    file = b"\x8evcm\x02" + hashlib.sha256(sections[1]).digest()[:8]
    file += b"".join(struct.pack("<I", len(s)) + s for s in sections)

    # The taps as they were written: the others are finer by far.
    with torch.no_grad():
        for b in net.modules():
            if isinstance(b, model.Block):
                step = b.depthwise.abs().sum(0) / (4095 - b.depthwise.shape[0] / 2)
                b.depthwise.copy_((b.depthwise / step).round() * step)
    net = net.double()
    scale = export.power_scale(seen.magnitudes["top0"], HEADROOM)
    spread = 0.2 * seen.magnitudes["top0"]
    feature = (torch.randn(1, HEIGHT, WIDTH, CONFIG.channels[0], dtype=torch.double) * spread * scale).round()
    symbols = []
    for z, phase in zip(CONFIG.latents[0], CONFIG.phases[0]):
        u = torch.randint(-64, 65, (HEIGHT * WIDTH // 2, z)).double() / 64
        symbols.append(torch.where(torch.rand_like(u) < 0.5, u.round(), u))
    free = [u.clone().requires_grad_() for u in symbols]
    pictures = []

    def near(shown):
        """A picture whose errors cost about as much as the symbols."""
        pictures.append(((shown + 0.03 * torch.randn_like(shown)) * 16320).round().clamp(0, 16320).detach())
        return pictures[0] / 16320

    value = loss(net, feature / scale, free, symbols, near)
    value.backward()
    json.dump(
        {
            "model": base64.b64encode(file).decode(), "quality": QUALITY, "height": HEIGHT, "width": WIDTH,
            "feature": feature.int().flatten().tolist(), "picture": pictures[0].int().flatten().tolist(),
            "symbols": [(64 * u).int().flatten().tolist() for u in symbols],
            "gradients": [[round(g, 5) for g in u.grad.flatten().tolist()] for u in free], "loss": round(value.item(), 2),
        },
        open(sys.argv[1], "w"),
    )  # fmt: skip
    print("loss", value.item(), "gradients", [u.grad.square().mean().sqrt().item() for u in free])


if __name__ == "__main__":
    main()
