"""Rate and PSNR of a float checkpoint from the model's own likelihoods (no files are coded).

    evaluate.py CHECKPOINT PICTURES... [--qualities 0 9 18 ...]
"""
import argparse, json, math

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from model import Config, HierarchicalVAE


def load_picture(path):
    return torch.from_numpy(np.asarray(Image.open(path).convert("RGB")).copy()).float().div_(255)


def pad_to_64(x):
    h, w, _ = x.shape
    pad = (0, -w % 64, 0, -h % 64)
    return F.pad(x.permute(2, 0, 1)[None], pad, mode="replicate").permute(0, 2, 3, 1).contiguous()


@torch.no_grad()
def evaluate(net, paths, qualities, dtype=torch.bfloat16):
    """Rows (quality, mean bits per pixel, mean PSNR in dB)."""
    net.eval()
    pictures, rows = [load_picture(p) for p in paths], []
    device = next(net.parameters()).device
    for q in qualities:
        points = []
        for x in pictures:
            h, w, _ = x.shape
            y, bits = net(pad_to_64(x).to(device), torch.tensor([float(q)], device=device), ste=True, hard=True, dtype=dtype)
            y = (y[0, :h, :w].cpu().clamp(0, 1) * 255).round() / 255
            points.append((bits.sum().item() / (h * w), -10 * math.log10((y - x).square().mean().item() + 1e-12)))
        rows.append((q, *np.mean(points, 0).round(4).tolist()))
    return rows


def load_checkpoint(path, device="cpu"):
    state = torch.load(path, map_location=device, weights_only=False)
    net = HierarchicalVAE(Config(**state["config"])).to(device)
    net.load_state_dict({k: v.float() for k, v in state["ema"].items()})
    return net, state


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("pictures", nargs="+")
    parser.add_argument("--qualities", type=float, nargs="+", default=list(range(0, 64, 7)))
    options = parser.parse_args()
    net, state = load_checkpoint(options.checkpoint)
    rows = evaluate(net, options.pictures, options.qualities)
    print(json.dumps({"step": state["step"], "minutes": state["minutes"], "rows": rows}))
