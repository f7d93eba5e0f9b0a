"""Scores of decoded sound against its source, and curves of them over the rate.

ViSQOL (audio mode, 48 kHz) hears the mean of the channels, as its own tool does; Zimtohrli's MOS is the mean over the
channels. Both take float arrays of shape (frames, channels) at 48 kHz. ViSQOL's speech mode works at 16 kHz.
"""
import functools
import os

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
