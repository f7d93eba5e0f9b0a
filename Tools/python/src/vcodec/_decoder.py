"""A decoder of sound: bytes in, arrays out, as they come."""

from __future__ import annotations

import mmap
import weakref
from ctypes import byref, c_int32, c_uint64, c_void_p
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from . import _library

#: Bytes that are read at a time.
_PIECE = 1 << 16
_TYPES = (np.int32, np.float32, np.float64)
_free = _library.freeing("decoder")


class Decoder:
    """Decodes from where a binary file stands, in bounded memory."""

    def __init__(self, file: BinaryIO, threads: int, *, at: int | None = None) -> None:
        """``at``: the frame to start at; the file is then a whole one on disk, and is set to where it has to be read."""
        self._file = file
        self._finished = False
        self._handle = c_void_p()
        self._skipped = 0
        self.truncated = False
        if at is None:
            _library.call("sound_decoder_create", _library.thread_count(threads), byref(self._handle))
        else:
            self._start(at, threads)
        self._free = weakref.finalize(self, _free, self._handle)

    @property
    def is_open(self) -> bool:
        return self._free.alive

    def close(self) -> None:
        self._free()
        self._handle = c_void_p()

    def _start(self, frame: int, threads: int) -> None:
        offset, skipped = c_uint64(), c_uint64()
        whole = _mapped(self._file)
        _library.call(
            "sound_decoder_create_at",
            *(whole.ctypes.data, whole.size, frame, _library.thread_count(threads)),
            *(byref(self._handle), byref(offset), byref(skipped)),
        )
        self._skipped = skipped.value
        self._file.seek(offset.value)

    def next(self) -> npt.NDArray[np.generic] | None:
        """The next frames, frames × channels, as the library gives them; None after the last."""
        while (block := self._block()) is not None:
            skipped = min(self._skipped, len(block))
            self._skipped -= skipped
            if skipped < len(block):
                return block[skipped:]
        return None

    def _block(self) -> npt.NDArray[np.generic] | None:
        result, truncated = _library.Bytes(), c_int32()
        while True:
            _library.call("sound_decoder_next", self._handle, byref(result), byref(truncated))
            if result.count:
                form = self.format()
                return np.frombuffer(_library.take(result), _TYPES[form.type]).reshape(-1, form.channels)
            if self._finished:
                self.truncated = bool(truncated.value)
                return None
            self._feed()

    def _feed(self) -> None:
        if piece := self._file.read(_PIECE):
            _library.call("sound_decoder_append", self._handle, _library.view(piece).ctypes.data, len(piece))
        else:
            _library.call("sound_decoder_finish", self._handle)
            self._finished = True

    def format(self) -> _library.SoundFormat:
        form = _library.SoundFormat()
        _library.call("sound_decoder_format", self._handle, byref(form))
        return form

    def is_lossless(self) -> bool:
        lossless = c_int32()
        _library.call("sound_decoder_is_lossless", self._handle, byref(lossless))
        return bool(lossless.value)

    def tags(self) -> tuple[tuple[str, str], ...]:
        result = _library.Bytes()
        _library.call("sound_decoder_tags", self._handle, byref(result))
        strings = _library.take(result).decode().split("\0")
        return tuple((key, value) for key, _, value in (string.partition("=") for string in strings if string))


def _mapped(file: BinaryIO) -> npt.NDArray[np.uint8]:
    """A file on disk as memory; ValueError or OSError for what cannot be."""
    return _library.view(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def frame_count(file: BinaryIO) -> int:
    """Of a whole file on disk, from its end."""
    frames = c_uint64()
    whole = _mapped(file)
    _library.call("read_sound_frames", whole.ctypes.data, whole.size, byref(frames))
    return frames.value
