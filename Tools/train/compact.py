#!/usr/bin/env python3
"""Write a compact checkpoint: averaged weights in half precision, no optimiser state.

    compact.py training/image.pt Models/checkpoints/image.pt

`train.py --resume` goes on from it; Muon and AdamW warm up again within a few hundred steps.
"""
import argparse

import torch

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("out")
    options = parser.parse_args()
    state = torch.load(options.checkpoint, map_location="cpu", weights_only=False)
    ema = {name: value.half() for name, value in state["ema"].items()}
    torch.save({k: state[k] for k in ("config", "step", "minutes")} | {"ema": ema}, options.out)
