"""The quantised hierarchical VAE: the float model whose integer form SPEC.md defines.

Features are [batch, height, width, channels]; pictures are [batch, height, width, 3] in 0...1, sides divisible by 64.
Sources: Duan et al., "Lossy Image Compression with Quantized Hierarchical VAEs" (WACV 2023) for the hierarchy;
Zhu et al., "Unified Multivariate Gaussian Mixture" (CVPR 2022) for vector mixture priors.
Quality is a real number in 0...63; every place where it acts is a table of 8 anchors, 9 points apart, with linear
interpolation between them, so that the decoder needs no network to follow it.
"""
import math
from dataclasses import dataclass, asdict

import torch
import torch.nn as nn
import torch.nn.functional as F

import fused

ANCHORS, SPACING, QUALITIES = 8, 9, 64
LAMBDA_LOW, LAMBDA_HIGH = 4.0, 4096.0


def quality_lambda(q):
    """Lagrangian of a quality point: nats per sample + λ · MSE on [-1, 1]."""
    return LAMBDA_LOW * (LAMBDA_HIGH / LAMBDA_LOW) ** (q / (QUALITIES - 1))


@dataclass
class Config:
    """Sizes of the model. Levels are ordered fine to coarse: 1/8, 1/16, 1/32, 1/64."""

    channels: tuple = (128, 192, 192, 128)
    kernels: tuple = (5, 5, 3, 3)
    analysis: tuple = (3, 3, 1, 1)
    latents: tuple = ((16, 16, 32, 32), (64, 64, 64, 64), (64,), (32,))
    # 0: the block covers all positions; 1, 2: those where row + column is even, odd. An odd block sees its even
    # neighbours, which is worth a spatial context model at the price of one more block (docs/decisions/0001).
    phases: tuple = ((1, 2, 1, 2), (0, 0, 0, 0), (0,), (0,))
    tail: int = 4
    components: int = 3
    group: int = 8

    def to_dict(self):
        return asdict(self)


def anchor_weights(q):
    """q [B] in 0...63 -> [B, 8]: linear interpolation between the anchors."""
    position = q / SPACING
    return (1 - (position[:, None] - torch.arange(ANCHORS, device=q.device)).abs()).clamp_min(0)


class Pointwise(nn.Linear):
    def forward(self, x):
        return F.linear(x, self.weight.to(x.dtype), self.bias.to(x.dtype))


class Block(nn.Module):
    """Residual block with quality-dependent scale and shift after the depthwise convolution."""

    def __init__(self, channels, kernel, ratio=2):
        super().__init__()
        expanded = channels * ratio
        self.depthwise = nn.Parameter(torch.randn(kernel * kernel, channels) * 0.5 / kernel)
        self.depthwise.data[kernel * kernel // 2] += 0.5
        self.depthwise_bias = nn.Parameter(torch.zeros(channels))
        self.modulation = nn.Parameter(torch.zeros(ANCHORS, 2 * channels))
        self.expand = nn.Parameter(torch.randn(expanded, channels) / math.sqrt(channels))
        self.expand_bias = nn.Parameter(torch.zeros(expanded))
        self.project = nn.Parameter(torch.randn(channels, expanded) * 0.3 / math.sqrt(expanded))
        self.project_bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x, anchors):
        scale, shift = (anchors @ self.modulation).chunk(2, 1)
        return fused.block(
            x, self.depthwise, self.depthwise_bias, (1 + scale).contiguous(), shift.contiguous(),
            self.expand, self.expand_bias, self.project, self.project_bias,
        )  # fmt: skip


class Stack(nn.ModuleList):
    def forward(self, x, anchors):
        for block in self:
            x = block(x, anchors)
        return x


def space_to_depth(x, f):
    b, h, w, c = x.shape
    return x.view(b, h // f, f, w // f, f, c).permute(0, 1, 3, 2, 4, 5).reshape(b, h // f, w // f, f * f * c)


def depth_to_space(x, f):
    b, h, w, c = x.shape
    return x.view(b, h, w, f, f, c // (f * f)).permute(0, 1, 3, 2, 4, 5).reshape(b, h * f, w * f, c // (f * f))


@dataclass
class Pass:
    """What one forward pass needs besides the features."""

    anchors: torch.Tensor
    ste: bool = False
    hard: bool = False


class LatentBlock(nn.Module):
    """front -> prior -> (posterior) -> quantised latent -> fused into the feature."""

    def __init__(self, channels, z, phase, kernel, components, group):
        super().__init__()
        self.z, self.phase, self.components, self.group = z, phase, components, group
        self.front, self.post = Block(channels, kernel), Block(channels, kernel)
        self.merge_prior, self.merge_bottom = Pointwise(channels, channels), Pointwise(channels, channels)
        self.mean, self.fuse = Pointwise(channels, z), Pointwise(z, channels)
        groups = z // group
        self.prior = Pointwise(channels, components * (groups + 2 * z))
        self.prior.weight.data.mul_(0.3)
        self.prior.bias.data.zero_()
        spread = torch.randn(components, z) * 0.3
        offset = torch.linspace(-0.7, 0.7, components)[:, None].expand(components, z) if components > 1 else 0
        self.prior.bias.data[components * groups :] = torch.cat([spread, spread * 0 + offset], 0).flatten()
        slope = math.log(LAMBDA_HIGH / LAMBDA_LOW) * (torch.arange(ANCHORS) / (ANCHORS - 1) - 0.5)
        self.log_gain = nn.Parameter((0.45 * slope)[:, None].repeat(1, z))

    def forward(self, x, bottom, step):
        x = self.front(x, step.anchors)
        b, h, w, c = x.shape
        active = phase_positions(h, w, self.phase, x.device)
        prior = self.prior(x.view(b, h * w, c)[:, active]).flatten(0, 1)
        posterior = self.post(self.merge_prior(x) + self.merge_bottom(bottom), step.anchors)
        q = self.mean(posterior.view(b, h * w, c)[:, active]).float().flatten(0, 1)
        log_gain = step.anchors @ self.log_gain
        noise = torch.rand_like(q) - 0.5
        bits, z = fused.mixture_rate(prior, q, log_gain, noise, self.components, self.group, step.ste, step.hard)
        fused_in = self.fuse(z.to(x.dtype).view(b, -1, self.z))
        if self.phase == 0:
            x = x + fused_in.view(b, h, w, c)
        else:
            x = x.view(b, h * w, c).index_add(1, active, fused_in).view(b, h, w, c)
        return x, bits.view(b, -1).sum(1)


def phase_positions(h, w, phase, device):
    """Raster indices of a phase's positions; for phase 0 a slice of all."""
    if phase == 0:
        return slice(None)
    parity = (torch.arange(h, device=device)[:, None] + torch.arange(w, device=device)[None]) % 2
    return (parity.flatten() == phase - 1).nonzero().flatten()


def dct_basis(count):
    """[count, 192]: the orthonormal 8×8 DCT of luma and two chroma differences, lowest frequencies first."""
    n = torch.arange(8)
    d = torch.cos(math.pi * (2 * n[None] + 1) * n[:, None] / 16) * math.sqrt(2 / 8)
    d[0] /= math.sqrt(2)
    basis = torch.einsum("uy,vx->uvyx", d, d).reshape(64, 64)
    colour = torch.tensor([[1, 1, 1], [1, 0, -1], [-0.5, 1, -0.5]], dtype=torch.float)
    colour = colour / colour.norm(dim=1, keepdim=True)
    full = torch.einsum("fp,kc->kfpc", basis, colour).reshape(3, 64, 192)
    rank = n[:, None] + n[None] + 0.01 * (n[:, None] - n[None]).abs()
    order = rank.flatten().argsort()
    chroma = max(0, (count - 64) // 2)
    return torch.cat([full[0, order[: min(64, count)]], full[1, order[:chroma]], full[2, order[: count - 64 - chroma]]])


class HierarchicalVAE(nn.Module):
    MEAN, SPREAD = 0.45, 3.5

    def __init__(self, config=Config()):
        super().__init__()
        self.config, c, k = config, config.channels, config.kernels
        self.stem, self.out = Pointwise(192, c[0]), Pointwise(c[0], 192)
        basis = dct_basis(c[0])
        low = torch.linspace(1, 0.5, c[0])[:, None]
        self.stem.weight.data.copy_(basis * low * 0.5)
        self.out.weight.data.copy_((basis * 0.5).t())
        self.stem.bias.data.zero_(), self.out.bias.data.zero_()
        self.analysis = nn.ModuleList(Stack(Block(w, s) for _ in range(n)) for w, s, n in zip(c, k, config.analysis))
        self.down = nn.ModuleList(Pointwise(4 * a, b) for a, b in zip(c, c[1:]))
        self.start = nn.Parameter(torch.zeros(c[-1]))
        self.latents = nn.ModuleList(
            nn.ModuleList(
                LatentBlock(c[i], z, phase, k[i], config.components, config.group)
                for z, phase in zip(config.latents[i], config.phases[i])
            )
            for i in range(4)
        )
        self.end = nn.ModuleList(Block(c[i], k[i]) for i in range(1, 4))
        self.up = nn.ModuleList(Pointwise(b, 4 * a) for a, b in zip(c, c[1:]))
        self.tail = Stack(Block(c[0], k[0]) for _ in range(config.tail))

    def forward(self, image, q, ste=False, hard=False, dtype=torch.bfloat16):
        """image [B,H,W,3], q [B] -> reconstruction [B,H,W,3] in fp32, bits [B, latent blocks] coarse to fine."""
        step = Pass(anchor_weights(q), ste, hard)
        x = self.stem(space_to_depth((image - self.MEAN) * self.SPREAD, 8).to(dtype))
        bottom = []
        for level in range(4):
            if level:
                x = self.down[level - 1](space_to_depth(x, 2))
            x = self.analysis[level](x, step.anchors)
            bottom.append(x)
        y = self.start.to(dtype).expand_as(x).contiguous()
        bits = []
        for level in reversed(range(4)):
            for latent in self.latents[level]:
                y, n = latent(y, bottom[level], step)
                bits.append(n)
            if level:
                y = depth_to_space(self.up[level - 1](self.end[level - 1](y, step.anchors)), 2)
        y = self.out(self.tail(y, step.anchors).float())
        return depth_to_space(y, 8) / self.SPREAD + self.MEAN, torch.stack(bits, 1)
