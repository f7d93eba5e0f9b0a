"""Pictures and sound that codecs find neither trivial nor hopeless, the same in every run."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def picture(height: int, width: int, channels: int = 3, dtype: npt.DTypeLike = np.uint8, seed: int = 1) -> Array:
    """Waves under some noise; H×W for one channel."""
    noise = np.random.default_rng(seed).normal(0, 0.01, (height, width, channels))
    y, x, c = np.indices((height, width, channels))
    waves = 0.5 + 0.35 * np.sin(x / 9 + c) * np.cos(y / 7)
    samples = (np.clip(waves + noise, 0, 1) * np.iinfo(dtype).max).astype(dtype)
    return samples[:, :, 0] if channels == 1 else samples


def sound(frames: int, channels: int = 2, dtype: npt.DTypeLike = np.int16, seed: int = 2) -> Array:
    """Tones under some noise, half as loud as can be; one-dimensional for one channel."""
    noise = np.random.default_rng(seed).normal(0, 0.01, (frames, channels))
    t, c = np.indices((frames, channels))
    tones = 0.3 * np.sin(t / (9 + c)) + 0.1 * np.sin(t / 31) + noise
    kind = np.dtype(dtype)
    samples = tones.astype(kind) if kind.kind == "f" else (tones * np.iinfo(kind).max).astype(kind)
    return samples[:, 0] if channels == 1 else samples


def netpbm(samples: Array) -> bytes:
    """A PGM or PPM file."""
    kind = b"P5" if samples.ndim == 2 else b"P6"
    sides = f"{samples.shape[1]} {samples.shape[0]}\n{np.iinfo(samples.dtype).max}".encode()
    return kind + b"\n" + sides + b"\n" + samples.astype(samples.dtype.newbyteorder(">")).tobytes()
