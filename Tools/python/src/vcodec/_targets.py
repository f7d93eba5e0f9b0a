"""What size or quality a file should have: keyword arguments to the numbers of vcodec.h."""

from __future__ import annotations

_NUMBERS = {"quality": 0, "bytes": 1, "bits_per_pixel": 2, "psnr": 3, "max_error": 4, "lossless": 5, "bitrate": 6}


def target(lossless: bool, **given: float | None) -> tuple[int, float]:
    """The one that was given and its value; quality 50 for none."""
    chosen = {name: float(value) for name, value in given.items() if value is not None}
    if lossless:
        chosen["lossless"] = 0.0
    if len(chosen) > 1:
        raise ValueError(f"{' and '.join(chosen)} contradict each other; give one")
    for name, value in chosen.items():
        return _NUMBERS[name], value
    return _NUMBERS["quality"], 50.0
