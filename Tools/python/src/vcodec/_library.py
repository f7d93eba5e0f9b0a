"""vcodec.h for ctypes: types, functions, and the conversions that all calls share."""

from __future__ import annotations

import ctypes
import os
from ctypes import POINTER, byref, c_char, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p
from operator import index
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from . import _errors

if TYPE_CHECKING:
    from typing_extensions import Buffer


class ErrorText(ctypes.Structure):
    _fields_ = [("message", c_char * 256), ("offset", c_int64)]


class Bytes(ctypes.Structure):
    _fields_ = [("data", c_void_p), ("count", c_size_t)]


class ImageFormat(ctypes.Structure):
    _fields_ = [("width", c_uint32), ("height", c_uint32), ("channels", c_uint8), ("bits", c_uint8)]


class ImageMetadata(ctypes.Structure):
    _fields_ = [
        ("icc", c_char_p),
        ("icc_count", c_size_t),
        ("exif", c_char_p),
        ("exif_count", c_size_t),
        ("xmp", c_char_p),
        ("xmp_count", c_size_t),
    ]


class ImageOptions(ctypes.Structure):
    _fields_ = [("target", c_int32), ("threads", c_uint32), ("value", c_double), ("effort", c_int32), ("tune", c_int32)]


class DecodingOptions(ctypes.Structure):
    _fields_ = [
        *((name, c_uint32) for name in ("x", "y", "width", "height", "levels", "threads")),
        ("max_sample_bytes", c_uint64),
    ]


class SoundFormat(ctypes.Structure):
    _fields_ = [("sample_rate", c_uint32), ("channels", c_uint32), ("type", c_int32), ("bits", c_uint32)]


class SoundOptions(ctypes.Structure):
    _fields_ = [("target", c_int32), ("threads", c_uint32), ("value", c_double)]


_file = (c_void_p, c_size_t)

# All but the last argument, which is where an error is told.
_FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "encode_image": (
        *(POINTER(ImageFormat), c_void_p, c_size_t, POINTER(ImageMetadata), POINTER(ImageOptions), POINTER(Bytes)),
    ),
    "read_image_format": (*_file, POINTER(ImageFormat)),
    "decode_image_region": (
        *(*_file, POINTER(DecodingOptions), POINTER(ImageFormat), c_void_p, c_size_t, POINTER(c_int32)),
    ),
    "read_image_metadata": (*_file, POINTER(Bytes), POINTER(Bytes), POINTER(Bytes)),
    "sound_encoder_create": (POINTER(SoundFormat), c_char_p, POINTER(SoundOptions), POINTER(c_void_p)),
    "sound_encoder_append": (c_void_p, c_void_p, c_size_t, POINTER(Bytes)),
    "sound_encoder_finish": (c_void_p, POINTER(Bytes)),
    "sound_decoder_create": (c_uint32, POINTER(c_void_p)),
    "sound_decoder_create_at": (*_file, c_uint64, c_uint32, POINTER(c_void_p), POINTER(c_uint64), POINTER(c_uint64)),
    "sound_decoder_append": (c_void_p, *_file),
    "sound_decoder_finish": (c_void_p,),
    "sound_decoder_next": (c_void_p, POINTER(Bytes), POINTER(c_int32)),
    "sound_decoder_format": (c_void_p, POINTER(SoundFormat)),
    "sound_decoder_is_lossless": (c_void_p, POINTER(c_int32)),
    "sound_decoder_tags": (c_void_p, POINTER(Bytes)),
    "read_sound_frames": (*_file, POINTER(c_uint64)),
}


def _load() -> ctypes.CDLL:
    """The library beside this file, or the one that VCODEC_LIBRARY names."""
    path = os.environ.get("VCODEC_LIBRARY") or Path(__file__).with_name("libvcodec-c.so")
    library = ctypes.CDLL(os.fspath(path))
    for name, arguments in _FUNCTIONS.items():
        function = getattr(library, f"vcodec_{name}")
        function.argtypes = [*arguments, POINTER(ErrorText)]
        function.restype = c_int32
    library.vcodec_free_bytes.argtypes = [POINTER(Bytes)]
    library.vcodec_free_bytes.restype = None
    library.vcodec_version.restype = c_char_p
    return library


_library = _load()


def call(name: str, *arguments: Any) -> None:
    """Calls ``vcodec_name``; raises what it tells."""
    text = ErrorText()
    status = getattr(_library, f"vcodec_{name}")(*arguments, byref(text))
    if status:
        raise _errors.error(status, text.message.decode(errors="replace"), text.offset)


def freeing(kind: str) -> Any:
    """The function that frees an encoder or decoder."""
    function = getattr(_library, f"vcodec_sound_{kind}_free")
    function.argtypes = [c_void_p]
    function.restype = None
    return function


def version() -> str:
    text: bytes = _library.vcodec_version()
    return text.decode()


def take(result: Bytes) -> bytes:
    """A copy of what the library handed out, which is freed."""
    try:
        return ctypes.string_at(result.data, result.count) if result.count else b""
    finally:
        _library.vcodec_free_bytes(byref(result))


def view(data: Buffer) -> npt.NDArray[np.uint8]:
    """The bytes of anything that has bytes, not copied."""
    return np.frombuffer(memoryview(data).cast("B"), np.uint8)


def thread_count(threads: int) -> int:
    """0 for one a core."""
    if not 0 <= threads < 1 << 32:
        raise ValueError(f"threads is {threads}; allowed: 0, for one a core, or more")
    return index(threads)
