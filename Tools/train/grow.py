#!/usr/bin/env python3
"""Deepen a trained model without changing what it computes: new residual blocks begin by adding nothing.

    grow.py CHECKPOINT OUT --tail 6 --analysis 4 4 2 2

The optimisers begin anew: go on with `train.py --resume OUT --restart`.
"""
import argparse

import torch

from evaluate import load_checkpoint
from model import Config, HierarchicalVAE
from train import save


def grown(net, tail, analysis):
    """The model with as many blocks as asked for in the tail and in the four levels of the analysis, fine to coarse."""
    old = net.config
    if tail < old.tail or any(a < b for a, b in zip(analysis, old.analysis)):
        raise ValueError("a model grows only")
    new = HierarchicalVAE(Config(**{**old.to_dict(), "tail": tail, "analysis": tuple(analysis)}))
    fresh = [new.tail[old.tail :], *(stack[n:] for stack, n in zip(new.analysis, old.analysis))]
    new.load_state_dict(net.state_dict(), strict=False)
    with torch.no_grad():
        for block in (b for blocks in fresh for b in blocks):
            block.project.zero_(), block.project_bias.zero_()
    return new


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("out")
    p.add_argument("--tail", type=int, required=True)
    p.add_argument("--analysis", type=int, nargs=4, required=True)
    options = p.parse_args()
    net, state = load_checkpoint(options.checkpoint)
    new = grown(net, options.tail, options.analysis)
    save(options.out, {"config": new.config.to_dict(), "step": state["step"], "minutes": 0.0, "ema": new.state_dict()})


if __name__ == "__main__":
    main()
