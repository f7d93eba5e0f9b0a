"""Random crops from the raw caches (read into memory whole) that Tools/data/build_shards.py writes."""
import json

import numpy as np
import torch


class Crops:
    """A repeatable stream of batches [B, crop, crop, 3] in 0...1, sampled by pixel count times weight."""

    def __init__(self, caches, crop, seed):
        self.crop, self.random, self.pictures = crop, np.random.default_rng(seed), []
        weights = []
        for cache in caches:
            with open(cache + ".json") as file:
                index = json.load(file)
            raw = np.fromfile(cache + ".rgb", dtype=np.uint8)
            for p in index["pictures"]:
                if min(p["width"], p["height"]) < crop:
                    continue
                size = p["width"] * p["height"] * 3
                self.pictures.append(raw[p["offset"] : p["offset"] + size].reshape(p["height"], p["width"], 3))
                weights.append(p["width"] * p["height"] * p["weight"])
        self.weights = np.cumsum(weights) / np.sum(weights)

    def batch(self, size):
        out = np.empty((size, self.crop, self.crop, 3), np.uint8)
        for b in range(size):
            picture = self.pictures[np.searchsorted(self.weights, self.random.random())]
            y = self.random.integers(0, picture.shape[0] - self.crop + 1)
            x = self.random.integers(0, picture.shape[1] - self.crop + 1)
            crop = picture[y : y + self.crop, x : x + self.crop]
            crop = crop[:, ::-1] if self.random.random() < 0.5 else crop
            out[b] = crop.transpose(1, 0, 2) if self.random.random() < 0.3 else crop
        return torch.from_numpy(out).float().div_(255)
