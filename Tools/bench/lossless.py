#!/usr/bin/env python3
"""Sizes and times of lossless files against cwebp and cjxl, where those are installed.

    lossless.py PICTURES... [--threads N]

Every file is decoded and compared with its source. Prints bits per pixel for each picture and in the mean, and seconds for the
whole processes of vcodec.
"""
import argparse, os, shutil, subprocess, sys, tempfile, time

import numpy as np
from PIL import Image

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEERS = {
    "webp": ["cwebp", "-quiet", "-lossless", "-z", "9", "{in}", "-o", "{out}"],
    "jxl -e 7": ["cjxl", "-d", "0", "-e", "7", "--quiet", "{in}", "{out}"],
    "jxl -e 9": ["cjxl", "-d", "0", "-e", "9", "--quiet", "{in}", "{out}"],
}


def peer_size(name, source, folder):
    target = os.path.join(folder, "peer." + ("webp" if name == "webp" else "jxl"))
    command = [part.format(**{"in": source, "out": target}) for part in PEERS[name]]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return os.path.getsize(target) if done.returncode == 0 else None


def pixels(path):
    picture = Image.open(path)
    return np.asarray(picture.convert("RGBA") if picture.mode == "P" else picture)


def measure(vcodec, path, folder, threads):
    stream, back = os.path.join(folder, "a.vci"), os.path.join(folder, "a.png")
    start = time.time()
    subprocess.run([vcodec, "encode", "--quiet", "--lossless", *threads, path, stream], check=True)
    encoded = time.time()
    subprocess.run([vcodec, "decode", "--quiet", *threads, stream, back], check=True)
    done = time.time()
    if not np.array_equal(pixels(path), pixels(back)):
        sys.exit(f"{path}: the decoded samples differ")
    return os.path.getsize(stream), encoded - start, done - encoded


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("pictures", nargs="+")
    p.add_argument("--vcodec", default=os.path.join(ROOT, ".build/release/vcodec"))
    p.add_argument("--threads")
    options = p.parse_args()
    threads = ["--threads", options.threads] if options.threads else []
    names = [n for n, command in PEERS.items() if shutil.which(command[0])]
    rates, totals = [], dict.fromkeys(["vcodec", *names], 0)
    print("picture".ljust(28), "vcodec".rjust(9), *(n.rjust(9) for n in names), "  encode  decode")
    with tempfile.TemporaryDirectory() as folder:
        for path in options.pictures:
            size, encode, decode = measure(options.vcodec, path, folder, threads)
            sizes = {"vcodec": size, **{n: peer_size(n, path, folder) or 0 for n in names}}
            width, height = Image.open(path).size
            rates.append([8 * s / (width * height) for s in sizes.values()] + [encode, decode])
            for name, s in sizes.items():
                totals[name] += s
            print(os.path.basename(path).ljust(28), *(f"{x:9.3f}" for x in rates[-1][:-2]),
                  f"{encode:7.2f} {decode:7.2f}", flush=True)  # fmt: skip
    mean = np.mean(rates, 0)
    print("mean".ljust(28), *(f"{x:9.3f}" for x in mean[:-2]), f"{mean[-2]:7.2f} {mean[-1]:7.2f}")
    print("bytes in total".ljust(28), *(f"{x:9d}" for x in totals.values()))


if __name__ == "__main__":
    main()
