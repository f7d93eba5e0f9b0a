#!/usr/bin/env python3
"""Find pictures on which a JPEG of the same size has the better PSNR.

    against_jpeg.py PICTURES... [--qualities 10 30 50 70 90]

For each picture and quality, the best JPEG (4:2:0 and 4:4:4, optimised tables, through Pillow) of at most the same size is
compared with the decoded file. Prints the margin in dB and ends with status 1 if JPEG wins anywhere.
"""
import argparse, io, math, os, subprocess, sys, tempfile

import numpy as np
from PIL import Image

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def psnr(a, b):
    error = np.mean((a.astype(float) - b.astype(float)) ** 2)
    return math.inf if error == 0 else 10 * math.log10(255**2 / error)


def best_jpeg(picture, limit):
    best = -math.inf
    for subsampling in (0, 2):
        low, high = 0, 100
        while low < high:
            middle = (low + high + 1) // 2
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=middle, subsampling=subsampling, optimize=True)
            if out.tell() <= limit:
                low, kept = middle, out.getvalue()
                best = max(best, psnr(np.asarray(picture), np.asarray(Image.open(io.BytesIO(kept)))))
            else:
                high = middle - 1
    return best


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("pictures", nargs="+")
    p.add_argument("--qualities", type=float, nargs="+", default=[10, 30, 50, 70, 90])
    p.add_argument("--vcodec", default=os.path.join(ROOT, ".build/release/vcodec"))
    options = p.parse_args()
    losses = 0
    with tempfile.TemporaryDirectory() as folder:
        source, coded, decoded = (os.path.join(folder, n) for n in ("in.ppm", "x.vci", "out.ppm"))
        for path in options.pictures:
            picture = Image.open(path).convert("RGB")  # 8-bit colour: what JPEG can hold
            picture.save(source)
            margins = []
            for quality in options.qualities:
                subprocess.run([options.vcodec, "encode", "--quiet", "-q", str(quality), source, coded], check=True)
                subprocess.run([options.vcodec, "decode", "--quiet", coded, decoded], check=True)
                ours = psnr(np.asarray(picture), np.asarray(Image.open(decoded)))
                margins.append(ours - best_jpeg(picture, os.path.getsize(coded)))
            losses += sum(m < 0 for m in margins)
            print(os.path.basename(path), [round(m, 2) for m in margins], "JPEG WINS" if min(margins) < 0 else "", flush=True)
    print(f"{losses} losses")
    sys.exit(1 if losses else 0)


if __name__ == "__main__":
    main()
