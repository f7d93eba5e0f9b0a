"""`.vca` files to arrays."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterator
from operator import index
from typing import Any, BinaryIO, Literal

import numpy as np
import numpy.typing as npt

from ._decoder import Decoder, frame_count
from ._errors import DataError, TruncatedWarning

Frames = npt.NDArray[Any]
Path = str | os.PathLike[str]
Floating = Literal["float32", "float64"]


class SoundFile:
    """Reads sound from a `.vca` file, a block at a time, in bounded memory.

        with vcodec.SoundFile("speech.vca") as sound:
            for block in sound:
                play(block, sound.samplerate)

    Arrays are frames × channels, or one-dimensional for one channel. Their samples are what the file holds: int8, int16 or
    int32 for integers of so many ``bits`` or fewer, right-justified, or float32 or float64; ``dtype="float32"`` or
    ``"float64"`` asks for floating point with full scale at 1. A file is used by one thread at a time.
    """

    samplerate: int
    channels: int
    #: Of an integer, 1 … 32; 32 or 64 for floating point.
    bits: int
    #: Of the samples as the file holds them.
    dtype: np.dtype[Any]
    #: Every sample is as it was encoded.
    lossless: bool
    #: Keys and values, in the file's order.
    tags: tuple[tuple[str, str], ...]
    #: How many frames there are; None for a file that is cut short, or not on disk.
    frames: int | None

    def __init__(self, file: Path | BinaryIO, *, threads: int = 0) -> None:
        """``file`` is a path, or a binary file to read from where it stands, such as a pipe. ``threads`` is 0 for one a core.

        Raises OSError, and `DataError` for what is no such file or is damaged within its first block.
        """
        self._threads = threads
        self._is_ours = isinstance(file, (str, os.PathLike))
        self._file: BinaryIO = open(file, "rb") if isinstance(file, (str, os.PathLike)) else file
        try:
            self._start(Decoder(self._file, threads), 0)
            self._has_more()
            self._describe()
            self.frames = self._count()
        except BaseException:
            self.close()
            raise

    def _start(self, decoder: Decoder, frame: int) -> None:
        self._decoder = decoder
        self._position = frame
        self._ended = False
        #: Decoded and not yet read.
        self._block: npt.NDArray[np.generic] = np.empty((0, 0))

    def _describe(self) -> None:
        form = self._decoder.format()
        self.samplerate, self.channels = form.sample_rate, form.channels
        integer = np.int8 if form.bits <= 8 else np.int16 if form.bits <= 16 else np.int32
        self.dtype = np.dtype((integer, np.float32, np.float64)[form.type])
        self.bits = form.bits if form.type == 0 else 8 * self.dtype.itemsize
        self.lossless = self._decoder.is_lossless()
        self.tags = self._decoder.tags()

    def _count(self) -> int | None:
        try:
            return frame_count(self._file) if self._is_ours else None
        except (DataError, OSError, ValueError):
            return None

    def read(
        self, frames: int = -1, dtype: Floating | None = None, *, always_2d: bool = False
    ) -> Frames:
        """The next frames, or all that are left; fewer only at the end.

        Of a file that is cut short, what is there is read, with a `TruncatedWarning` at the end. Damage is told when its block is
        decoded, which is up to as many blocks ahead as there are threads: with one, all that comes before it can be read.
        """
        self._check_open()
        parts = []
        left = frames
        while left != 0 and self._has_more():
            part = self._block if left < 0 else self._block[:left]
            self._block = self._block[len(part) :]
            left -= len(part) if left > 0 else 0
            parts.append(self._converted(part, dtype))
            self._position += len(part)
        whole = np.concatenate(parts) if parts else np.empty((0, self.channels), dtype or self.dtype)
        return whole if always_2d or self.channels > 1 else whole[:, 0]

    def blocks(
        self, frames: int | None = None, dtype: Floating | None = None, *, always_2d: bool = False
    ) -> Iterator[Frames]:
        """The rest, so many frames at a time; by default, block by block of the file, which are of some seconds."""
        if frames is not None and frames < 1:
            raise ValueError(f"frames is {frames}; allowed: 1 or more")
        self._check_open()
        while self._has_more():
            yield self.read(frames or len(self._block), dtype, always_2d=always_2d)

    def __iter__(self) -> Iterator[Frames]:
        return self.blocks()

    def tell(self) -> int:
        """The next frame's number."""
        return self._position

    def seekable(self) -> bool:
        return self.frames is not None

    def seek(self, frame: int) -> int:
        """Goes on from a frame, 0 … ``frames``, of a file that is whole and on disk."""
        self._check_open()
        if self.frames is None:
            raise io.UnsupportedOperation("only a whole file on disk can be sought in")
        if not 0 <= frame <= self.frames:
            raise ValueError(f"frame is {frame}; allowed: 0 to {self.frames}")
        decoder = Decoder(self._file, self._threads, at=index(frame))
        self._decoder.close()
        self._start(decoder, frame)
        return frame

    def close(self) -> None:
        """Frees the decoder, and closes the file if this opened it. Twice is no mistake."""
        if hasattr(self, "_decoder"):
            self._decoder.close()
        if self._is_ours:
            self._file.close()

    def __enter__(self) -> SoundFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_open(self) -> None:
        if not self._decoder.is_open:
            raise ValueError("the file is closed")

    def _has_more(self) -> bool:
        """Whether frames are left; decodes the next block if none are."""
        if not len(self._block) and not self._ended:
            block = self._decoder.next()
            if block is not None:
                self._block = block
                return True
            self._ended = True
            if self._decoder.truncated:
                warnings.warn("the sound is cut short", TruncatedWarning, stacklevel=3)
        return len(self._block) > 0

    def _converted(self, part: npt.NDArray[np.generic], dtype: Floating | None) -> Frames:
        if dtype not in (None, "float32", "float64"):
            raise ValueError(f"dtype is {dtype!r}; allowed: None, 'float32' and 'float64'")
        if dtype is None or self.dtype.kind == "f":
            return part.astype(dtype or self.dtype)
        scaled: Frames = part.astype(dtype) * np.dtype(dtype).type(2.0 ** (1 - self.bits))
        return scaled


def read(
    file: Path | BinaryIO, dtype: Floating | None = None, *, always_2d: bool = False, threads: int = 0
) -> tuple[Frames, int]:
    """All samples of a file, as `SoundFile.read` gives them, and the frames a second."""
    with SoundFile(file, threads=threads) as sound:
        return sound.read(dtype=dtype, always_2d=always_2d), sound.samplerate
