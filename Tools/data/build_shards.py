#!/usr/bin/env python3
"""Decode folders of pictures once into one raw cache that the trainer maps into memory.

    build_shards.py --out training/photos FOLDER[:WEIGHT[:LOW-HIGH]] ...

Every picture is stored once per scale drawn from LOW-HIGH (a Lanczos reduction, which also removes
the grid that JPEG left). WEIGHT multiplies how often its pixels are sampled. The output is
`photos.rgb` (uint8, rows of RGB) and `photos.json` (offset, width, height and weight of each picture).
"""
import argparse, json, os, random

import numpy as np
from PIL import Image

EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp")


def parse_source(text):
    parts = text.split(":")
    folder, weight, scales = parts + ["1", "1-1"][len(parts) - 1 :]
    low, high = (float(v) for v in scales.split("-"))
    return folder, float(weight), low, high


def pictures(folder):
    for root, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if name.lower().endswith(EXTENSIONS):
                yield os.path.join(root, name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("--minimum", type=int, default=256, help="least side in pixels of a stored picture")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("sources", nargs="+")
    options = parser.parse_args()
    random.seed(options.seed)
    os.makedirs(os.path.dirname(options.out) or ".", exist_ok=True)
    index, offset = [], 0
    with open(options.out + ".rgb", "wb") as cache:
        for source in options.sources:
            folder, weight, low, high = parse_source(source)
            for path in pictures(folder):
                picture = Image.open(path).convert("RGB")
                scale = random.uniform(low, high)
                width, height = (max(1, round(side * scale)) for side in picture.size)
                if min(width, height) < options.minimum:
                    continue
                if scale < 1:
                    picture = picture.resize((width, height), Image.LANCZOS)
                cache.write(np.asarray(picture).tobytes())
                name = os.path.basename(path)
                index.append({"offset": offset, "width": width, "height": height, "weight": weight, "name": name})
                offset += width * height * 3
    with open(options.out + ".json", "w") as file:
        json.dump({"seed": options.seed, "sources": options.sources, "pictures": index}, file)
    print(f"{len(index)} pictures, {offset / 3e6:.1f} megapixels")


if __name__ == "__main__":
    main()
