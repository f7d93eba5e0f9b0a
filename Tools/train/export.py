#!/usr/bin/env python3
"""Turn a float checkpoint into the integer model file of SPEC §7.

    export.py CHECKPOINT OUT.vcm --calibrate PICTURES...

Weights become i16 with a scale per output, as fine as 32-bit accumulators allow; features i16 with a power-of-two scale per
tensor. Features' scales come from the largest magnitudes that the float model shows on the calibration pictures at
several qualities, times --headroom.
"""
import argparse, hashlib, json, math, struct

import numpy as np
import torch
import torch.nn.functional as F

from evaluate import load_checkpoint, load_picture, pad_to_64
from model import ANCHORS, QUALITIES, anchor_weights, depth_to_space, phase_positions, space_to_depth

MIN_SCALE, SCALES = -26, 75  # scale index i stands for a standard deviation of 2^((i - 26) / 8) steps
SKIP_SCALE, SKIP_OFFSET = 4, 6
PIXEL_SCALE, MAX_SHIFT = 64, 62
FINE = 64  # fractions of a quantisation step in which means are expressed


class Seen:
    """Largest magnitudes of named tensors over the calibration pictures."""

    def __init__(self):
        self.magnitudes = {}

    def see(self, name, x):
        self.magnitudes[name] = max(self.magnitudes.get(name, 1e-3), x.abs().max().item())
        return x


def block_forward(block, x, anchors, seen, name, trunk):
    k, c = math.isqrt(block.depthwise.shape[0]), x.shape[-1]
    weight = block.depthwise.t().reshape(c, 1, k, k)
    h = F.conv2d(x.permute(0, 3, 1, 2), weight, block.depthwise_bias, padding=k // 2, groups=c).permute(0, 2, 3, 1)
    scale, shift = (anchors @ block.modulation).chunk(2, 1)
    h = seen.see(name + ".h", h * (1 + scale) + shift)
    e = F.leaky_relu(seen.see(name + ".e", F.linear(h, block.expand, block.expand_bias)), 0.125)
    return seen.see(trunk, x + F.linear(e, block.project, block.project_bias))


@torch.no_grad()
def forward(net, image, quality, seen):
    """The float model in inference form, recording magnitudes under the names that the writers below use."""
    anchors = anchor_weights(torch.tensor([float(quality)]))
    x = seen.see("bottom0", net.stem(space_to_depth((image - net.MEAN) * net.SPREAD, 8)))
    bottom = []
    for level in range(4):
        if level:
            x = seen.see(f"bottom{level}", net.down[level - 1](space_to_depth(x, 2)))
        for i, block in enumerate(net.analysis[level]):
            x = block_forward(block, x, anchors, seen, f"analysis{level}.{i}", f"bottom{level}")
        bottom.append(x)
    y = seen.see("top3", net.start.expand_as(x))
    for level in (3, 2, 1, 0):
        for i, latent in enumerate(net.latents[level]):
            y = latent_forward(latent, y, bottom[level], anchors, seen, f"latent{level}.{i}", f"top{level}")
        if level:
            y = block_forward(net.end[level - 1], y, anchors, seen, f"end{level}", f"top{level}")
            y = seen.see(f"top{level - 1}", depth_to_space(net.up[level - 1](y), 2))
    for i, block in enumerate(net.tail):
        y = block_forward(block, y, anchors, seen, f"tail{i}", "top0")
    return depth_to_space(net.out(y), 8) / net.SPREAD + net.MEAN


def latent_forward(latent, y, bottom, anchors, seen, name, trunk):
    y = block_forward(latent.front, y, anchors, seen, name + ".front", trunk)
    merged = seen.see(name + ".merge", latent.merge_prior(y))
    merged = seen.see(name + ".merge", merged + latent.merge_bottom(bottom))
    q = latent.mean(block_forward(latent.post, merged, anchors, seen, name + ".post", name + ".merge"))
    gain = (anchors @ latent.log_gain).exp()
    prior = latent.prior(y)
    k, z, groups = latent.components, latent.z, latent.z // latent.group
    mean = prior[..., k * groups : k * (groups + z)].reshape(*q.shape[:3], k, z)
    weight = torch.softmax(prior[..., : k * groups].reshape(*q.shape[:3], k, groups), 3).repeat_interleave(latent.group, 4)
    centre = (weight * mean).sum(3) * gain
    value = seen.see(name + ".z", (torch.round(q * gain - centre) + centre) / gain)
    seen.see(name + ".z", q), seen.see(name + ".z", mean)
    b, h, w, c = y.shape
    active = phase_positions(h, w, latent.phase, y.device)
    update = torch.zeros_like(y).view(b, h * w, c)
    update[:, active] = latent.fuse(value).view(b, h * w, c)[:, active]
    return seen.see(trunk, y + update.view(b, h, w, c))


def power_scale(magnitude, headroom):
    return 2.0 ** math.floor(math.log2(32767 / (magnitude * headroom)))


def fixed_point(ratios, bits=30):
    """Integer multipliers and the shift with ratio ~ m / 2^shift, |m| < 2^bits."""
    top = max(float(np.abs(ratios).max()), 1e-30)
    shift = max(1, min(MAX_SHIFT, bits - 1 - math.floor(math.log2(top))))
    return np.round(np.asarray(ratios, np.float64) * 2.0**shift).astype(np.int64), shift


class Writer:
    """Layer records of SPEC §7, in the byte order of the text."""

    def __init__(self, seen, headroom):
        self.parts, self.seen, self.headroom = [], seen, headroom

    def scale(self, name):
        return power_scale(self.seen.magnitudes[name], self.headroom)

    def raw(self, fmt, *values):
        self.parts.append(struct.pack("<" + fmt, *values))

    def array(self, values, dtype):
        values = np.asarray(values)
        info = np.iinfo(dtype)
        assert values.min() >= info.min and values.max() <= info.max, "value outside its field"
        self.parts.append(values.astype("<" + np.dtype(dtype).str[1:]).tobytes())

    def pointwise(self, weight, bias, scale_in, scale_out):
        """weight [N,K], bias [N] float; scale_out a number or [N]. Weights are as fine as |bias| + 32768 · Σ|w| < 2^31 allows."""
        w, b = weight.detach().double().numpy(), bias.detach().double().numpy()
        room = 2.0**31 - 32768.0 * w.shape[1]  # rounding adds at most half a step to each weight
        step = (32768 * np.abs(w).sum(1) + np.abs(b) * scale_in) / room
        step = np.maximum(np.maximum(step, np.abs(w).max(1) / 32767), 1e-12)
        q, integer_bias = np.round(w / step[:, None]).astype(np.int64), np.round(b * scale_in / step).astype(np.int64)
        assert (np.abs(integer_bias) + 32768 * np.abs(q).sum(1) < 2**31).all(), "accumulator may overflow"
        m, shift = fixed_point(step / scale_in * scale_out)
        self.raw("HHB", w.shape[1], w.shape[0], shift)
        self.array(q, np.int16), self.array(integer_bias, np.int32), self.array(m, np.int32)

    def linear(self, layer, scale_in, scale_out):
        self.pointwise(layer.weight, layer.bias, scale_in, scale_out)

    def block(self, block, name, trunk):
        d = block.depthwise.detach().double().numpy()
        k, c = math.isqrt(d.shape[0]), d.shape[1]
        scale, shift = block.modulation.detach().double().numpy().reshape(ANCHORS, 2, c).transpose(1, 0, 2)
        s_x, s_h, s_e = self.scale(trunk), self.scale(name + ".h"), self.scale(name + ".e")
        step = np.maximum(np.abs(d).sum(0) / (4095 - k * k / 2), 1e-12)  # 32768 · Σ|d| < 2^27
        m, bits = fixed_point((1 + scale) * step / s_x * s_h)
        add = np.round((block.depthwise_bias.detach().double().numpy() * (1 + scale) + shift) * s_h)
        self.raw("BHB", k, c, bits)
        self.array(np.round(d / step), np.int16), self.array(m, np.int32), self.array(add, np.int32)
        self.pointwise(block.expand, block.expand_bias, s_h, s_e)
        self.pointwise(block.project, block.project_bias, s_e, s_x)

    def gains(self, log_gain, scale_z):
        q = torch.arange(QUALITIES, dtype=torch.float)
        log = (anchor_weights(q) @ log_gain.detach()).double().numpy()
        step, step_shift = fixed_point(np.exp(log) * FINE / scale_z)
        inverse, inverse_shift = fixed_point(np.exp(-log) * scale_z / FINE)
        self.raw("BB", step_shift, inverse_shift)
        self.array(step, np.int32), self.array(np.round(log / math.log(2) * 256), np.int16), self.array(inverse, np.int32)

    def latent(self, latent, name, trunk):
        scale_z = self.scale(name + ".z")
        k, z, groups = latent.components, latent.z, latent.z // latent.group
        out = np.concatenate([np.full(k * groups, 64 / math.log(2)), np.full(k * z, scale_z), np.full(k * z, 256 / math.log(2))])
        self.block(latent.front, name + ".front", trunk)
        self.linear(latent.prior, self.scale(trunk), out)
        self.linear(latent.fuse, scale_z, self.scale(trunk))
        self.gains(latent.log_gain, scale_z)

    def bytes(self):
        return b"".join(self.parts)


def entropy_tables(w):
    sigma = 2.0 ** ((np.arange(SCALES) + MIN_SCALE) / 8)
    tail = [round(65536 * 0.5 * math.erfc(i / 256 / math.sqrt(2))) for i in range(2048)]
    w.raw("BBbB", SKIP_SCALE, SKIP_OFFSET, MIN_SCALE, SCALES)
    w.array(np.round(65536 / sigma), np.uint32)
    w.array(np.minimum(255, np.ceil(4 * sigma)), np.uint8)
    w.array(tail, np.uint16)
    w.array([round(65536 * 2 ** (-i / 64)) for i in range(1024)], np.uint32)


def decoder_section(net, seen, headroom):
    c, w = net.config, Writer(seen, headroom)
    w.raw("4H", *c.channels), w.raw("4B", *c.kernels)
    for zs, phases in zip(c.latents, c.phases):
        w.raw("B", len(zs))
        for z, phase in zip(zs, phases):
            w.raw("HB", z, phase)
    w.raw("BBB", c.tail, c.components, c.group)
    entropy_tables(w)
    w.array(np.round(net.start.detach().numpy() * w.scale("top3")), np.int16)
    for level in (3, 2, 1, 0):
        for i, latent in enumerate(net.latents[level]):
            w.latent(latent, f"latent{level}.{i}", f"top{level}")
        if level:
            w.block(net.end[level - 1], f"end{level}", f"top{level}")
            w.linear(net.up[level - 1], w.scale(f"top{level}"), w.scale(f"top{level - 1}"))
    for i, block in enumerate(net.tail):
        w.block(block, f"tail{i}", "top0")
    pixel = 255 * PIXEL_SCALE
    w.pointwise(net.out.weight / net.SPREAD, net.out.bias / net.SPREAD + net.MEAN, w.scale("top0"), pixel)
    return w.bytes()


def analysis_section(net, seen, headroom):
    """Input: (64·sample − 7344), the sample in 8-bit steps. Order: stem; per level down and blocks; per latent merge, post, mean."""
    w = Writer(seen, headroom)
    w.raw("4B", *net.config.analysis)
    w.pointwise(net.stem.weight, net.stem.bias, 255 * PIXEL_SCALE / net.SPREAD, w.scale("bottom0"))
    for level in range(4):
        trunk = f"bottom{level}"
        if level:
            w.linear(net.down[level - 1], w.scale(f"bottom{level - 1}"), w.scale(trunk))
        for i, block in enumerate(net.analysis[level]):
            w.block(block, f"analysis{level}.{i}", trunk)
    for level in (3, 2, 1, 0):
        for i, latent in enumerate(net.latents[level]):
            name = f"latent{level}.{i}"
            w.linear(latent.merge_prior, w.scale(f"top{level}"), w.scale(name + ".merge"))
            w.linear(latent.merge_bottom, w.scale(f"bottom{level}"), w.scale(name + ".merge"))
            w.block(latent.post, name + ".post", name + ".merge")
            w.linear(latent.mean, w.scale(name + ".merge"), w.scale(name + ".z"))
    return w.bytes()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("out")
    p.add_argument("--calibrate", nargs="+", required=True)
    p.add_argument("--headroom", type=float, default=1.5)
    options = p.parse_args()
    net, state = load_checkpoint(options.checkpoint)
    net.eval()
    seen = Seen()
    for path in options.calibrate:
        image = load_picture(path)[:768, :768]
        for quality in (0, 16, 32, 48, 63):
            forward(net, pad_to_64(image), quality, seen)
    notes = {"steps": state["step"], "minutes": round(state["minutes"], 1), "parameters": sum(v.numel() for v in net.parameters())}
    sections = [json.dumps(notes).encode(), decoder_section(net, seen, options.headroom), analysis_section(net, seen, options.headroom)]
    with open(options.out, "wb") as file:
        file.write(b"\x8evcm\x02" + hashlib.sha256(sections[1]).digest()[:8] + b"".join(struct.pack("<I", len(s)) + s for s in sections))
    print(json.dumps(notes), [len(s) for s in sections])


if __name__ == "__main__":
    main()
