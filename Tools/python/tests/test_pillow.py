from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from material import picture
from PIL import Image, ImageCms, ImageFile

import vcodec
import vcodec.pillow


def saved(image: Image.Image, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, "VCI", **options)
    return file.getvalue()


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "I;16"])
def test_lossless_round_trip(tmp_path: Path, mode) -> None:
    channels = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "I;16": 1}[mode]
    samples = picture(41, 33, channels, np.uint16 if mode == "I;16" else np.uint8)
    image = Image.fromarray(samples)
    assert image.mode == mode
    image.save(tmp_path / "a.vci", lossless=True)
    with Image.open(tmp_path / "a.vci") as opened:
        assert (opened.format, opened.mode, opened.size) == ("VCI", mode, (33, 41))
        assert np.array_equal(np.asarray(opened), samples)


def test_files_are_the_programs(tmp_path: Path, vcodec_program) -> None:
    image = Image.fromarray(picture(61, 83, 4))
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "a.png", exif=exif)
    with Image.open(tmp_path / "a.png") as opened:
        for flags, options in ((["-q", "40"], {"quality": 40}), (["--lossless"], {"lossless": True}), ([], {})):
            vcodec_program("encode", *flags, "a.png", "a.vci")
            assert saved(opened, **options) == (tmp_path / "a.vci").read_bytes()
            (tmp_path / "a.vci").unlink()


def test_metadata_is_kept() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x010F] = "maker"
    image = Image.fromarray(picture(9, 9))
    first = Image.open(io.BytesIO(saved(image, icc_profile=profile, exif=exif, xmp=b"<x/>", lossless=True)))
    assert first.info["icc_profile"] == profile and first.getexif()[0x010F] == "maker" and first.info["xmp"] == b"<x/>"
    second = Image.open(io.BytesIO(saved(first, lossless=True)))
    assert second.info == first.info
    info = vcodec.read_info(saved(first, lossless=True))
    assert info.icc == profile and info.exif == exif.tobytes().removeprefix(b"Exif\0\0") and info.xmp == b"<x/>"
    assert not Image.open(io.BytesIO(saved(first, icc_profile=None, exif=None, xmp=None))).info


def test_colour_of_16_bits_is_rounded() -> None:
    samples = picture(20, 30, 3, np.uint16)
    opened = Image.open(io.BytesIO(vcodec.encode(samples, lossless=True)))
    assert opened.mode == "RGB"
    assert np.array_equal(np.asarray(opened), np.round(samples / 257).astype(np.uint8))


@pytest.mark.parametrize(("mode", "opened_as"), [("1", "L"), ("P", "RGB"), ("PA", "RGBA")])
def test_modes_that_turn_into_others_without_loss(mode, opened_as) -> None:
    image = Image.fromarray(picture(20, 20)).quantize(16) if mode[0] == "P" else Image.fromarray(picture(20, 20, 1)).convert(mode)
    image = image.convert(mode)
    opened = Image.open(io.BytesIO(saved(image, lossless=True)))
    assert opened.mode == opened_as
    assert np.array_equal(np.asarray(opened), np.asarray(image.convert(opened_as)))


def test_a_transparent_colour_becomes_alpha() -> None:
    image = Image.fromarray(picture(20, 20)).quantize(16)
    image.info["transparency"] = 3
    opened = Image.open(io.BytesIO(saved(image, lossless=True)))
    assert opened.mode == "RGBA"
    assert np.array_equal(np.asarray(opened)[:, :, 3] == 0, np.asarray(image) == 3)


def test_what_cannot_be_saved() -> None:
    for mode in ("CMYK", "F", "I", "HSV"):
        with pytest.raises(OSError, match=f"cannot write mode {mode} as VCI"):
            saved(Image.new(mode, (4, 4)))
    with pytest.raises(ValueError, match="quality is 200"):
        saved(Image.new("RGB", (4, 4)), quality=200)
    with pytest.raises(OSError, match="bytes are too few"):
        saved(Image.new("RGB", (4, 4)), bytes=1)


def test_damaged_and_cut_files(monkeypatch) -> None:
    file = saved(Image.fromarray(picture(200, 200)), quality=60)
    damaged = bytearray(file)
    damaged[-100] ^= 1
    with pytest.raises(OSError, match="does not match") as caught:
        Image.open(io.BytesIO(damaged)).load()
    assert isinstance(caught.value.__cause__, vcodec.DataError)
    cut = Image.open(io.BytesIO(file[: len(file) // 2]))
    with pytest.raises(OSError, match="cut short"):
        cut.load()
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    cut.load()
    assert cut.getextrema()[0][1] > 100
