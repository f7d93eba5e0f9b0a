"""Pictures between arrays and `.vci`."""

from __future__ import annotations

import builtins
import warnings
from ctypes import byref, c_int32
from dataclasses import dataclass, field, replace
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from . import _library
from ._errors import TruncatedWarning
from ._targets import target

if TYPE_CHECKING:
    from typing_extensions import Buffer

_TUNES = ("psnr", "ms-ssim", "ssimulacra2")
Samples = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


@dataclass(frozen=True)
class ImageInfo:
    """What a file is, and what travels beside its samples."""

    width: int
    height: int
    #: 1 grey; 2 grey, alpha; 3 R, G, B; 4 R, G, B, alpha (0 transparent, not premultiplied).
    channels: int
    #: Of a sample, 8 or 16.
    bits: int
    icc: builtins.bytes | None = field(default=None, repr=False)
    #: From the TIFF header on.
    exif: builtins.bytes | None = field(default=None, repr=False)
    xmp: builtins.bytes | None = field(default=None, repr=False)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the array that `decode` gives: H×W for grey, else H×W×C."""
        return (self.height, self.width) if self.channels == 1 else (self.height, self.width, self.channels)

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(np.uint8 if self.bits == 8 else np.uint16)


def encode(
    picture: npt.ArrayLike,
    *,
    quality: float | None = None,
    bytes: int | None = None,
    bits_per_pixel: float | None = None,
    psnr: float | None = None,
    max_error: int | None = None,
    lossless: bool = False,
    effort: int = 3,
    tune: str = "psnr",
    icc: builtins.bytes | None = None,
    exif: builtins.bytes | None = None,
    xmp: builtins.bytes | None = None,
    threads: int = 0,
) -> builtins.bytes:
    """Encodes a picture and gives the file.

    ``picture`` is uint8 or uint16, H×W (grey) or H×W×C with 1 … 4 channels as in `ImageInfo`. At most one of these says how
    close and how large; without any it is ``quality=50``:

    - ``quality``: 0 smallest … 100 best
    - ``bytes``, ``bits_per_pixel``: at most so many
    - ``psnr``: at least so many dB
    - ``max_error``: no colour sample off by more, in steps of 8 bits
    - ``lossless``: samples come back as they were

    ``effort``, 0 … 9, is time to spend on a smaller file of the same quality; ``tune`` is what that is measured by: "psnr",
    "ms-ssim" (which effort 0 cannot) or "ssimulacra2", for how it looks. ``exif`` starts with its TIFF header. ``threads`` is 0 for one a core; it does not change the file.

    Raises TypeError for samples of another type, ValueError for an option that cannot be, and `UnreachableError` where no file
    is as small or as good.
    """
    number, value = target(
        lossless, quality=quality, bytes=bytes, bits_per_pixel=bits_per_pixel, psnr=psnr, max_error=max_error
    )
    if not 0 <= effort <= 9:
        raise ValueError(f"effort is {effort}; allowed: 0 to 9")
    if tune not in _TUNES:
        raise ValueError(f"tune is {tune!r}; allowed: {', '.join(_TUNES)}")
    samples = _samples(picture)
    height, width, channels = samples.shape
    form = _library.ImageFormat(width, height, channels, 8 * samples.itemsize)
    metadata = _library.ImageMetadata(icc, len(icc or b""), exif, len(exif or b""), xmp, len(xmp or b""))
    options = _library.ImageOptions(
        number, _library.thread_count(threads), value, index(effort) or -1, _TUNES.index(tune)
    )
    result = _library.Bytes()
    _library.call(
        "encode_image",
        *(byref(form), samples.ctypes.data, width * channels * samples.itemsize, byref(metadata)),
        *(byref(options), byref(result)),
    )
    return _library.take(result)


def decode(
    data: Buffer,
    *,
    levels: int | None = None,
    region: tuple[int, int, int, int] | None = None,
    max_bytes: int | None = None,
    threads: int = 0,
) -> Samples:
    """Decodes a file to an array of `ImageInfo.shape` and `ImageInfo.dtype`.

    ``levels`` is 1 … 4, the coarse ones only, or None for all. ``region`` is x, y, width and height of the part that is
    wanted: what the whole array has at ``[y:y + height, x:x + width]``. ``max_bytes`` is what the samples of the whole picture
    may take, instead of 96 MiB or 512 times the file, whichever is more. Of a file that is cut short, what is there is decoded, with a
    `TruncatedWarning`. Raises `DataError` for a file that is damaged, with the offset, and `OtherModelError`.
    """
    samples, truncated = decode_part(
        data, read_format(data), levels=levels, region=region, max_bytes=max_bytes, threads=threads
    )
    if truncated:
        warnings.warn("the picture is cut short", TruncatedWarning, stacklevel=2)
    return samples


def read_info(data: Buffer) -> ImageInfo:
    """Reads what a file is, and its metadata, without decoding it."""
    file = _library.view(data)
    parts = [_library.Bytes() for _ in range(3)]
    found = read_format(data)
    _library.call("read_image_metadata", file.ctypes.data, file.size, *map(byref, parts))
    icc, exif, xmp = (_library.take(part) or None for part in parts)
    return ImageInfo(found.width, found.height, found.channels, found.bits, icc, exif, xmp)


def read_format(data: Buffer) -> ImageInfo:
    """The same without metadata."""
    file = _library.view(data)
    form = _library.ImageFormat()
    _library.call("read_image_format", file.ctypes.data, file.size, byref(form))
    return ImageInfo(form.width, form.height, form.channels, form.bits)


def decode_part(
    data: Buffer,
    info: ImageInfo,
    *,
    levels: int | None = None,
    region: tuple[int, int, int, int] | None = None,
    max_bytes: int | None = None,
    threads: int = 0,
) -> tuple[Samples, bool]:
    """What is there of a file, and whether it is cut short."""
    if levels is not None and not 1 <= levels <= 4:
        raise ValueError(f"levels is {levels}; allowed: 1 to 4")
    if max_bytes is not None and not 1 <= max_bytes < 1 << 63:
        raise ValueError(f"max_bytes is {max_bytes}; allowed: 1 or more")
    file = _library.view(data)
    allowed = max(96 << 20, 512 * file.size) if max_bytes is None else index(max_bytes)
    # What the library would refuse it refuses before it looks for room; none is made for what a few bytes ask for.
    refused = info.width * info.channels * info.dtype.itemsize * info.height > allowed
    part = info if region is None else _part(info, region)
    row = part.width * part.channels * part.dtype.itemsize
    samples = np.empty((0,) if refused else part.shape, part.dtype)
    truncated = c_int32()
    form = _library.ImageFormat(part.width, part.height, part.channels, part.bits)
    options = _library.DecodingOptions(
        *(region or (0, 0, 0, 0)), index(levels or 0), _library.thread_count(threads), index(max_bytes or 0)
    )
    _library.call(
        "decode_image_region",
        *(file.ctypes.data, file.size, byref(options), byref(form)),
        *(None if refused else samples.ctypes.data, row, byref(truncated)),
    )
    return samples, bool(truncated.value)


def _part(info: ImageInfo, region: tuple[int, int, int, int]) -> ImageInfo:
    """What a region has; raises ValueError for one that is not inside of the picture."""
    x, y, width, height = map(index, region)
    if not (0 <= x < x + width <= info.width and 0 <= y < y + height <= info.height):
        raise ValueError(f"region is {tuple(region)}; allowed: x, y, width, height inside of {info.width}×{info.height}")
    return replace(info, width=width, height=height)


def _samples(picture: npt.ArrayLike) -> Samples:
    """H×W×C in one piece, in the machine's byte order."""
    array = np.asarray(picture)
    if array.dtype.newbyteorder("=") not in (np.uint8, np.uint16):
        raise TypeError(f"samples are {array.dtype}; allowed: uint8 and uint16")
    if array.ndim == 2:
        array = array[:, :, np.newaxis]
    if array.ndim != 3 or not 1 <= array.shape[2] <= 4 or not 1 <= min(array.shape[:2]) <= max(array.shape[:2]) <= 1 << 24:
        raise ValueError(f"the array is {'×'.join(map(str, np.shape(picture)))}; allowed: H×W and H×W×C, 1 to 4 channels")
    return np.ascontiguousarray(array, array.dtype.newbyteorder("="))
