#!/usr/bin/env python3
"""Scores of decoded sound against its source, and curves of them over the rate.

    audio_scores.py SOURCE DECODED [--speech]          # one line of JSON; Tools/metrics runs it with the packages it needs

ViSQOL (audio mode, 48 kHz) hears the mean of the channels, as its own tool does; Zimtohrli's MOS is the mean over the
channels. Both take float arrays of shape (frames, channels) at 48 kHz. ViSQOL's speech mode works at 16 kHz.
"""
import argparse
import functools
import json
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import soundfile
import soxr

RATE = 48000


@functools.cache
def visqol(mode, aligned):
    from visqol.api import VisqolApi

    api = VisqolApi()
    if aligned:
        api.create(mode=mode)
    else:
        api.create(mode=mode, disable_global_alignment=True, disable_realignment=True, search_window=1)
    return api


@functools.cache
def zimtohrli():
    import zimtohrli as module

    return module.Pyohrli(), module.mos_from_zimtohrli


def read(path):
    """A sound file as float64 (frames, channels) at 48 kHz."""
    samples, rate = soundfile.read(path, always_2d=True)
    return samples if rate == RATE else soxr.resample(samples, rate, RATE, quality="VHQ")


def score(source, decoded, speech=False, aligned=True):
    """{metric: value} of one decoded sound; `aligned=False` trusts the lengths and is about three times faster."""
    frames = min(len(source), len(decoded))
    source, decoded = source[:frames], np.clip(decoded[:frames], -1, 1)
    mono, decoded_mono = (np.ascontiguousarray(s.mean(axis=1)) for s in (source, decoded))
    measure, to_mos = zimtohrli()
    scores = {"visqol": float(visqol("audio", aligned).measure_from_arrays(mono, decoded_mono, RATE).moslqo)}
    channels = range(source.shape[1])
    scores["zimtohrli"] = float(np.mean([to_mos(measure.distance(source[:, c], decoded[:, c])) for c in channels]))
    if speech:
        low, decoded_low = (soxr.resample(s, RATE, 16000, quality="VHQ") for s in (mono, decoded_mono))
        scores["visqol_speech"] = float(visqol("speech", aligned).measure_from_arrays(low, decoded_low, 16000).moslqo)
    return scores


def rates_at(scores, curve):
    """The rates at which a rising curve [(rate, score)] reaches `scores`, log-linear in rate; NaN outside it."""
    rates, values = np.array(sorted(curve)).T
    values = np.maximum.accumulate(values)
    return np.exp(np.interp(scores, values, np.log(rates), left=np.nan, right=np.nan))


def rate_ratio(curve, reference, points=50):
    """Mean over equal scores of the log ratio of rates (curve ÷ reference), over the range of scores both reach."""
    low = max(min(v for _, v in curve), min(v for _, v in reference))
    high = min(max(v for _, v in curve), max(v for _, v in reference))
    if high <= low:
        return float("nan")
    scores = np.linspace(low, high, points)
    return float(np.exp(np.nanmean(np.log(rates_at(scores, curve) / rates_at(scores, reference)))))


def worst_ratio(curve, reference):
    """The ratio at each of the reference's points: [(rate of the reference, ratio)]."""
    return [(rate, float(rates_at([value], curve)[0] / rate)) for rate, value in sorted(reference)]


def means(rows, metric):
    """[(mean rate, mean score)] of each setting, over the clips that have the metric."""
    of = lambda setting: [r for r in rows if r["setting"] == setting and metric in r]
    return [(np.mean([r["kbps"] for r in of(s)]), np.mean([r[metric] for r in of(s)])) for s in sorted({r["setting"] for r in rows})]


def summary(rows, reference):
    """Prints the curve of each metric, and how it compares with the rows in the file `reference`, if there is one."""
    other = None
    if reference:
        with open(reference) as file:
            other = json.load(file)
    for metric in ("visqol", "zimtohrli", "visqol_speech"):
        if not any(metric in row for row in rows):
            continue
        ours = means(rows, metric)
        print(metric, " ".join(f"{r:.1f}:{v:.3f}" for r, v in ours))
        if other:
            theirs = means(other, metric)
            print("  reference", " ".join(f"{r:.1f}:{v:.3f}" for r, v in theirs))
            print(f"  rate for equal score {rate_ratio(ours, theirs):.3f};", "at its points",
                  " ".join(f"{r:.0f}:{v:.2f}" for r, v in worst_ratio(ours, theirs)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("decoded")
    parser.add_argument("--speech", action="store_true", help="ViSQOL's speech mode, too")
    options = parser.parse_args()
    source, decoded = read(options.source), read(options.decoded)
    if source.shape[1] != decoded.shape[1]:
        sys.exit(f"{source.shape[1]} channels cannot be compared with {decoded.shape[1]}")
    print(json.dumps(score(source, decoded, options.speech)))


if __name__ == "__main__":
    main()
