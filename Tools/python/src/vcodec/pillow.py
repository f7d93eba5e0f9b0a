"""Teaches Pillow to open and save `.vci`, once this is imported.

    import vcodec.pillow

    Image.open("photo.vci")
    image.save("photo.vci", quality=50)

Modes L, LA, RGB, RGBA and I;16 are as in the file. Pillow has no colour of 16 bits: such pictures are opened with 8 bits,
rounded; `vcodec.decode` gives all of them. ICC profile, EXIF and XMP are in ``image.info`` and are saved from there.

`save` takes ``quality``, ``bytes``, ``bits_per_pixel``, ``psnr``, ``max_error``, ``lossless``, ``effort``, ``tune`` and
``threads`` of `vcodec.encode`, and ``icc_profile``, ``exif`` and ``xmp``, where None leaves out what the picture has.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

import numpy as np
from PIL import Image, ImageFile

from ._errors import Error
from ._pictures import ImageInfo, Samples, decode_part, encode, read_info

__all__ = ["VciImageFile"]

_SIGNATURE = b"\x8evci"
_EXIF_PREFIX = b"Exif\0\0"
_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
_OPTIONS = ("quality", "bytes", "bits_per_pixel", "psnr", "max_error", "lossless", "effort", "tune", "threads")


class VciImageFile(ImageFile.ImageFile):
    """A `.vci` file that Pillow has opened; its samples are decoded when they are needed."""

    format = "VCI"
    format_description = "vcodec picture"

    def _open(self) -> None:
        assert self.fp is not None
        self._bytes = self.fp.read()
        try:
            self._found = read_info(self._bytes)
        except Error as error:
            raise OSError(str(error)) from error
        self._size = (self._found.width, self._found.height)
        self._mode = _mode(self._found)
        for key, value in (("icc_profile", self._found.icc), ("exif", self._found.exif), ("xmp", self._found.xmp)):
            if value:
                self.info[key] = _EXIF_PREFIX + value if key == "exif" else value

    def load(self) -> Any:
        if self._bytes:
            try:
                samples, truncated = decode_part(self._bytes, self._found)
            except Error as error:
                raise OSError(str(error)) from error
            if truncated and not ImageFile.LOAD_TRUNCATED_IMAGES:
                raise OSError("the picture is cut short")
            self._bytes = b""
            self._take(samples)
        return super().load()

    def _take(self, samples: Samples) -> None:
        """Hands the samples to Pillow's own decoder of raw ones."""
        if self._found.bits == 16 and self._found.channels > 1:
            samples = ((samples.astype(np.uint32) * 255 + 32895) >> 16).astype(np.uint8)
        raw = "I;16" if self.mode == "I;16" else self.mode
        data = samples.astype("<u2") if self.mode == "I;16" else samples
        if self.fp is not None and self._exclusive_fp:
            self.fp.close()
        self.fp = BytesIO(data.tobytes())
        self.tile = [ImageFile._Tile("raw", (0, 0, *self.size), 0, raw)]


def _mode(info: ImageInfo) -> str:
    return "I;16" if info.channels == 1 and info.bits == 16 else _MODES[info.channels]


def _accept(prefix: bytes) -> bool:
    return prefix.startswith(_SIGNATURE)


def _save(image: Image.Image, file: IO[bytes], filename: str | bytes) -> None:
    given: dict[Any, Any] = {**image.info, **image.encoderinfo}
    exif = given.get("exif")
    if isinstance(exif, Image.Exif):
        exif = exif.tobytes()
    options = {name: image.encoderinfo[name] for name in _OPTIONS if name in image.encoderinfo}
    try:
        data = encode(
            _samples(image),
            icc=given.get("icc_profile"),
            exif=exif.removeprefix(_EXIF_PREFIX) if exif else None,
            xmp=given.get("xmp"),
            **options,
        )
    except ValueError:
        raise
    except Error as error:
        raise OSError(str(error)) from error
    file.write(data)


def _samples(image: Image.Image) -> Samples:
    """Of a picture of a mode that the format has, or that turns into one without loss."""
    if image.mode in ("P", "PA", "L", "RGB") and image.has_transparency_data:
        image = image.convert("LA" if image.mode == "L" else "RGBA")
    elif image.mode == "P":
        image = image.convert("RGB")
    elif image.mode == "1":
        image = image.convert("L")
    if image.mode.startswith("I;16"):
        return np.asarray(image).astype(np.uint16)
    if image.mode not in _MODES.values():
        raise OSError(f"cannot write mode {image.mode} as VCI")
    return np.asarray(image)


Image.register_open(VciImageFile.format, VciImageFile, _accept)
Image.register_save(VciImageFile.format, _save)
Image.register_extension(VciImageFile.format, ".vci")
