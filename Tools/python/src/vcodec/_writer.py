"""Arrays to `.vca` files."""

from __future__ import annotations

import os
from types import TracebackType
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from ._encoder import Encoder, Tags, kind_of

Path = str | os.PathLike[str]


class SoundWriter:
    """Writes sound to a `.vca` file while it comes, in bounded memory.

        with vcodec.SoundWriter("speech.vca", 48000, 1, dtype="int16", bitrate=24) as sound:
            for block in recording:
                sound.write(block)

    The file appears under its name when it is complete; if the body of ``with`` raises, there is none.
    """

    def __init__(
        self,
        file: Path | BinaryIO,
        samplerate: int,
        channels: int,
        *,
        dtype: npt.DTypeLike = np.float32,
        bits: int | None = None,
        quality: float | None = None,
        bitrate: float | None = None,
        lossless: bool = False,
        tags: Tags = (),
        threads: int = 0,
    ) -> None:
        """``file`` is a path, or a binary file to write to, which stays open.

        ``samplerate`` is 1 … 2²⁰ − 1, ``channels`` 1 … 8. ``dtype`` is int8, int16, int32, float32 or float64; ``bits`` says how
        many an integer has, right-justified, if it has fewer than its type. At most one of ``quality`` (0 smallest … 100 best,
        50 without any), ``bitrate`` (thousands of bits a second, on average) and ``lossless``. ``threads`` is 0 for one a core;
        it does not change the file.
        """
        kind = kind_of(dtype, bits)
        self._encoder = Encoder(samplerate, channels, kind, quality, bitrate, lossless, tags, threads)
        self._path = os.fspath(file) if isinstance(file, (str, os.PathLike)) else None
        self._file: BinaryIO = open(self._part, "wb") if isinstance(file, (str, os.PathLike)) else file

    @property
    def _part(self) -> str:
        return f"{self._path}.part"

    def write(self, frames: npt.ArrayLike) -> None:
        """Takes the next frames, frames × channels, or one-dimensional for one channel, of the writer's type."""
        for piece in self._encoder.append(frames):
            self._file.write(piece)

    def close(self) -> None:
        """Completes the file. Twice is no mistake."""
        if self._encoder.is_open:
            self._file.write(self._encoder.finish())
            if self._path is not None:
                self._file.close()
                os.replace(self._part, self._path)

    def abandon(self) -> None:
        """Ends without a file; what was written to a file of the caller's stays."""
        self._encoder.close()
        if self._path is not None and not self._file.closed:
            self._file.close()
            os.remove(self._part)

    def __enter__(self) -> SoundWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self.close()
        finally:
            self.abandon()


def write(
    file: Path | BinaryIO,
    samples: npt.ArrayLike,
    samplerate: int,
    *,
    bits: int | None = None,
    quality: float | None = None,
    bitrate: float | None = None,
    lossless: bool = False,
    tags: Tags = (),
    threads: int = 0,
) -> None:
    """Writes frames × channels, or one-dimensional samples of one channel, to a file; the rest is as in `SoundWriter`."""
    array = np.asarray(samples)
    channels = 1 if array.ndim == 1 else array.shape[-1]
    with SoundWriter(
        file,
        samplerate,
        channels,
        dtype=array.dtype,
        bits=bits,
        quality=quality,
        bitrate=bitrate,
        lossless=lossless,
        tags=tags,
        threads=threads,
    ) as sound:
        sound.write(array)
