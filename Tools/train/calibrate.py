#!/usr/bin/env python3
"""Last step of a training: fit the scales of the priors to the symbols that are really coded.

    calibrate.py CHECKPOINT OUT --cache training/photos --minutes 5

Training replaces rounding by noise in the code length, for rounding has no gradient. Where nearly all symbols are 0 this
leaves the priors too wide. Here all other weights of the averaged model stay as they are, and so do symbols and pictures;
only the log scales of the priors learn, from the code length of the rounded symbols.
"""
import argparse, math, time

import torch

from data import Crops
from evaluate import load_checkpoint
from model import QUALITIES
from train import save


def first_scale(latent):
    """The first of a prior's outputs that are log scales (SPEC §10.2)."""
    return latent.components * (latent.z // latent.group + latent.z)


def calibrate(net, crops, options):
    net.requires_grad_(False)
    latents = [latent for level in net.latents for latent in level]
    parameters = [p.requires_grad_(True) for latent in latents for p in latent.prior.parameters()]
    optimizer = torch.optim.Adam(parameters, betas=(0.9, 0.98))
    start, step, recent = time.time(), 0, []
    while (passed := (time.time() - start) / 60 / options.minutes) < 1:
        optimizer.param_groups[0]["lr"] = options.lr * 0.5 * (1 + math.cos(math.pi * passed))
        q = (torch.arange(options.batch) + torch.rand(options.batch)) / options.batch * (QUALITIES - 1)
        _, bits = net(crops.batch(options.batch), q, ste=True, hard=True)
        bits = bits.sum(1)
        optimizer.zero_grad(set_to_none=True)
        bits.log().mean().backward()  # so that a percent counts the same at every quality
        for latent in latents:
            for p in latent.prior.parameters():
                p.grad[: first_scale(latent)] = 0
        optimizer.step()
        recent.append((bits.detach() / options.crop**2).log2().mean())
        step += 1
        if step % 50 == 0:
            print(f"step {step} mean log2 of bits per pixel {torch.stack(recent).mean():.4f}", flush=True)
            recent = []


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("out")
    p.add_argument("--cache", nargs="+", required=True)
    p.add_argument("--minutes", type=float, default=5)
    p.add_argument("--batch", type=int, default=4)
    p.add_argument("--crop", type=int, default=256)
    p.add_argument("--lr", type=float, default=1e-3)
    p.add_argument("--seed", type=int, default=1)
    options = p.parse_args()
    torch.manual_seed(options.seed)
    net, state = load_checkpoint(options.checkpoint)
    calibrate(net, Crops(options.cache, options.crop, options.seed), options)
    state["ema"] = net.state_dict()
    save(options.out, state)


if __name__ == "__main__":
    main()
