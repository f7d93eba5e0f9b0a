#!/usr/bin/env python3
"""Rate-distortion of the built program over a set of pictures: real files, decoded samples.

    rd_curve.py PICTURES... [--qualities 0 10 …] [--peers image-peers.json] [--out curve.json] [--ms-ssim]
                [--ssimulacra2] [--encode "--effort 6"]

Prints mean bits per pixel and mean PSNR over R, G and B for each quality, and the BD-rate against peers where their curves
are given. `--ms-ssim` adds MS-SSIM, `--ssimulacra2` SSIMULACRA2, both by `vcodec compare`.
"""
import argparse, json, math, os, re, subprocess, tempfile, time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

import bdrate

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def samples(path):
    return np.asarray(Image.open(path).convert("RGB")).astype(float)


def psnr(a, b):
    return 10 * math.log10(255**2 / max(1e-9, np.mean((a - b) ** 2)))


def compared(vcodec, path, shown, extra=()):
    """By the program itself, which tells the same of a file and of what it decodes to."""
    command = [vcodec, "compare", "--json", *extra, path, shown]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure(vcodec, path, quality, metrics, folder, extra, encoding):
    target = os.path.join(folder, f"{os.path.basename(path)}-{quality}.vci")
    start = time.time()
    subprocess.run([vcodec, "encode", "--quiet", *extra, *encoding, "--threads", "1", "-q", str(quality), path, target], check=True)
    encoded = time.time()
    subprocess.run([vcodec, "decode", "--quiet", *extra, "--threads", "1", target, target + ".ppm"], check=True)
    done = time.time()
    a = samples(path)
    row = {"bpp": os.path.getsize(target) * 8 / a[..., 0].size, "psnr": psnr(a, samples(target + ".ppm"))}
    row["encode_s"], row["decode_s"] = encoded - start, done - encoded
    if len(metrics) > 1:
        row |= {name: value for name, value in compared(vcodec, path, target, extra).items() if name in ("msssim", "ssimulacra2")}
    os.remove(target), os.remove(target + ".ppm")
    return row


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("pictures", nargs="+")
    p.add_argument("--vcodec", default=os.path.join(ROOT, ".build/release/vcodec"))
    p.add_argument("--model", help="a .vcm file instead of the built-in model")
    p.add_argument("--qualities", type=float, nargs="+", default=[0, 8, 16, 24, 32, 40, 50, 60, 70, 80, 90, 100])
    p.add_argument("--encode", default="", help="more options of vcodec encode, in one word")
    p.add_argument("--peers")
    p.add_argument("--ms-ssim", action="store_true")
    p.add_argument("--ssimulacra2", action="store_true")
    p.add_argument("--out")
    options = p.parse_args()
    metrics = ["psnr"] + ["msssim_db"] * options.ms_ssim + ["ssimulacra2"] * options.ssimulacra2
    rows, extra = [], ["--model", options.model] if options.model else []
    encoding = options.encode.split()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        for quality in options.qualities:
            points = list(pool.map(lambda f: measure(options.vcodec, f, quality, metrics, folder, extra, encoding), options.pictures))
            row = {"quality": quality, **{k: float(np.mean([x[k] for x in points])) for k in points[0]}}
            if options.ms_ssim:
                row["msssim_db"] = -10 * math.log10(1 - row["msssim"])  # of the mean, as peers' are
            row["pictures"] = {os.path.basename(f): (x["bpp"], x["psnr"]) for f, x in zip(options.pictures, points)}
            rows.append(row)
            print({k: round(v, 4) for k, v in row.items() if k != "pictures"}, flush=True)
    result = {"points": rows}
    if options.peers:
        with open(options.peers) as file:
            codecs = [c["codec"] for c in json.load(file)["curves"]]
        for metric in metrics:
            mine = [(r["bpp"], r[metric]) for r in rows]
            result[metric] = {}
            for codec in codecs:
                try:
                    result[metric][codec] = round(bdrate.bd_rate(bdrate.load_peer(options.peers, codec, metric), mine)[0], 2)
                except (KeyError, ValueError, TypeError):
                    continue
            print(metric, {k: v for k, v in result[metric].items()})
    if options.out:
        with open(options.out, "w") as file:
            json.dump(result, file, indent=1)


if __name__ == "__main__":
    main()
