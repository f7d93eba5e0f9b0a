"""An encoder of sound: arrays in, bytes out, as they come."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Mapping
from ctypes import byref, c_void_p
from operator import index

import numpy as np
import numpy.typing as npt

from . import _library
from ._targets import target

#: Frames that are converted at a time.
_PIECE = 1 << 16
#: The number of vcodec.h, the library's type, and the bits of each type of sample.
_KINDS = {
    "int8": (0, np.int32, 8),
    "int16": (0, np.int32, 16),
    "int32": (0, np.int32, 32),
    "float32": (1, np.float32, 32),
    "float64": (2, np.float64, 64),
}
_free = _library.freeing("encoder")

#: A type of sample and its bits.
Kind = tuple[str, int]
Tags = Mapping[str, str] | Iterable[tuple[str, str]]


def kind_of(dtype: npt.DTypeLike, bits: int | None) -> Kind:
    """TypeError for another type, ValueError for bits that it cannot have."""
    name = np.dtype(dtype).name
    if name not in _KINDS:
        raise TypeError(f"samples are {name}; allowed: {', '.join(_KINDS)}")
    most = _KINDS[name][2]
    if bits is not None and (bits != most if name.startswith("float") else not 1 <= bits <= most):
        raise ValueError(f"bits is {bits}, which {name} cannot have")
    return name, bits or most


class Encoder:
    def __init__(
        self,
        samplerate: int,
        channels: int,
        kind: Kind,
        quality: float | None,
        bitrate: float | None,
        lossless: bool,
        tags: Tags,
        threads: int,
    ) -> None:
        number, value = target(lossless, quality=quality, bitrate=bitrate)
        for name, given in (("samplerate", samplerate), ("channels", channels)):
            if not 0 <= given < 1 << 32:
                raise ValueError(f"{name} is {given}")
        self._channels, self._name = channels, kind[0]
        form = _library.SoundFormat(index(samplerate), index(channels), _KINDS[self._name][0], kind[1])
        options = _library.SoundOptions(number, _library.thread_count(threads), value)
        self._handle = c_void_p()
        _library.call("sound_encoder_create", byref(form), _joined(tags), byref(options), byref(self._handle))
        self._free = weakref.finalize(self, _free, self._handle)

    @property
    def is_open(self) -> bool:
        return self._free.alive

    def close(self) -> None:
        self._free()
        self._handle = c_void_p()

    def append(self, frames: npt.ArrayLike) -> Iterator[bytes]:
        """The bytes of the file that are ready, while the frames are encoded."""
        if not self.is_open:
            raise ValueError("the file is finished")
        array = np.asarray(frames)
        if array.dtype.name != self._name:
            raise TypeError(f"samples are {array.dtype.name}, but the file's are {self._name}")
        if array.ndim == 1 and self._channels == 1:
            array = array[:, np.newaxis]
        if array.ndim != 2 or array.shape[1] != self._channels:
            shape = "×".join(map(str, array.shape))
            raise ValueError(f"the array is {shape}; allowed: frames × {self._channels} channels")
        return self._encoded(array)

    def _encoded(self, array: npt.NDArray[np.generic]) -> Iterator[bytes]:
        for start in range(0, len(array), _PIECE):
            piece = np.ascontiguousarray(array[start : start + _PIECE], _KINDS[self._name][1])
            result = _library.Bytes()
            _library.call("sound_encoder_append", self._handle, piece.ctypes.data, len(piece), byref(result))
            yield _library.take(result)

    def finish(self) -> bytes:
        """The rest of the file."""
        result = _library.Bytes()
        _library.call("sound_encoder_finish", self._handle, byref(result))
        self.close()
        return _library.take(result)


def _joined(tags: Tags) -> bytes:
    """As vcodec.h has them."""
    pairs = tags.items() if isinstance(tags, Mapping) else tags
    strings = [f"{key}={value}" for key, value in pairs]
    if any("\0" in string for string in strings):
        raise ValueError("a tag has a character 0")
    return b"".join(string.encode() + b"\0" for string in strings) + b"\0"
