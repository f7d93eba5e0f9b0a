"""Bjøntegaard delta rate with a monotone piecewise cubic (PCHIP) of log rate over quality."""
import json

import numpy as np
from scipy.interpolate import PchipInterpolator


def curve(points):
    """[(bpp, quality)] -> strictly rising arrays; points that cost more for less are left out."""
    best = []
    for rate, quality in sorted(points, key=lambda p: -p[1]):
        if not best or (rate < best[-1][0] and quality < best[-1][1]):
            best.append((rate, quality))
    rate, quality = np.array(best[::-1], float).T
    return rate, quality


def bd_rate(anchor, test, low=0.1, high=1.5):
    """Mean percent of rate that `test` needs more than `anchor`, over the anchor's rates low … high bpp.

    Returns (percent, lowest quality, highest quality) of the range compared.
    """
    (ra, qa), (rt, qt) = curve(anchor), curve(test)
    fa, ft = PchipInterpolator(qa, np.log(ra)), PchipInterpolator(qt, np.log(rt))
    at_rate = PchipInterpolator(np.log(ra), qa)
    q0 = max(qa[0], qt[0], float(at_rate(np.log(max(low, ra[0])))))
    q1 = min(qa[-1], qt[-1], float(at_rate(np.log(min(high, ra[-1])))))
    mean = (ft.integrate(q0, q1) - fa.integrate(q0, q1)) / (q1 - q0)
    return float(np.expm1(mean) * 100), float(q0), float(q1)


def load_peer(path, codec, metric="psnr"):
    """The curve of one codec in an image-peers.json file."""
    with open(path) as file:
        for entry in json.load(file)["curves"]:
            if entry["codec"] == codec:
                return [(p["bpp"], p[metric]) for p in entry["points"] if p.get(metric) is not None]
    raise KeyError(codec)
