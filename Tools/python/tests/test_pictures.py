from __future__ import annotations

import pickle
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from material import netpbm, picture

import vcodec


@pytest.mark.parametrize(
    ("flags", "options"),
    [
        ([], {}),
        (["--quality", "30.5"], {"quality": 30.5}),
        (["--bytes", "900"], {"bytes": 900}),
        (["--bpp", "1.5"], {"bits_per_pixel": 1.5}),
        (["--psnr", "35"], {"psnr": 35}),
        (["--max-error", "2"], {"max_error": 2}),
        (["--lossless"], {"lossless": True}),
        (["--effort", "0", "--quality", "45"], {"effort": 0, "quality": 45}),
        (["--effort", "4", "--tune", "ms-ssim"], {"effort": 4, "tune": "ms-ssim"}),
        (["--effort", "0", "--tune", "ssimulacra2"], {"effort": 0, "tune": "ssimulacra2"}),
    ],
)
@pytest.mark.parametrize(("channels", "dtype"), [(3, np.uint8), (1, np.uint16)])
def test_files_are_the_programs(tmp_path: Path, vcodec_program, flags, options, channels, dtype) -> None:
    samples = picture(61, 83, channels, dtype)
    (tmp_path / "a.pnm").write_bytes(netpbm(samples))
    vcodec_program("encode", *flags, "a.pnm", "a.vci")
    assert vcodec.encode(samples, **options) == (tmp_path / "a.vci").read_bytes()


def test_samples_are_the_programs(tmp_path: Path, vcodec_program) -> None:
    file = vcodec.encode(picture(61, 83), quality=20)
    (tmp_path / "a.vci").write_bytes(file)
    for flags, levels in (([], None), (["--levels", "2"], 2)):
        vcodec_program("decode", *flags, "a.vci", "a.ppm")
        assert netpbm(vcodec.decode(file, levels=levels)) == (tmp_path / "a.ppm").read_bytes()
        (tmp_path / "a.ppm").unlink()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_lossless_round_trip(channels, dtype) -> None:
    random = np.random.default_rng(channels)
    for height, width in [(1, 1), *random.integers(1, 60, (5, 2))]:
        samples = picture(height, width, channels, dtype)
        decoded = vcodec.decode(vcodec.encode(samples, lossless=True))
        assert decoded.dtype == dtype and decoded.shape == samples.shape
        assert np.array_equal(decoded, samples)


def test_arrays_of_any_layout() -> None:
    samples = picture(40, 30, 3, np.uint16)
    file = vcodec.encode(samples, quality=40)
    whole = np.zeros((80, 90, 4), np.uint16)
    whole[::2, ::3, :3] = samples
    assert vcodec.encode(whole[::2, ::3, :3], quality=40) == file
    assert vcodec.encode(np.asfortranarray(samples), quality=40) == file
    assert vcodec.encode(samples.astype(">u2"), quality=40) == file
    assert vcodec.encode(samples[::-1][::-1], quality=40) == file
    assert vcodec.encode(samples[:, :, :1], quality=40) == vcodec.encode(samples[:, :, 0], quality=40)
    for data in (bytearray(file), memoryview(file), np.frombuffer(file, np.uint8)):
        assert np.array_equal(vcodec.decode(data), vcodec.decode(file))


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("channels", [1, 4])
def test_a_region_is_a_part_of_the_whole(lossless: bool, channels: int) -> None:
    file = vcodec.encode(picture(70, 90, channels), **({"lossless": True} if lossless else {"quality": 40}))
    whole = vcodec.decode(file)
    for x, y, width, height in ((0, 0, 90, 70), (89, 69, 1, 1), (7, 30, 40, 11)):
        part = vcodec.decode(file, region=(x, y, width, height))
        assert np.array_equal(part, whole[y : y + height, x : x + width])
    for region in ((0, 0, 0, 1), (-1, 0, 5, 5), (80, 0, 11, 1), (0, 70, 1, 1), (0, 0, 1 << 40, 1)):
        with pytest.raises(ValueError, match="region is"):
            vcodec.decode(file, region=region)


def test_a_limit_is_kept_and_lifted() -> None:
    file = vcodec.encode(picture(70, 90), quality=40)
    with pytest.raises(vcodec.DataError, match="limit|allowed"):
        vcodec.decode(file, max_bytes=70 * 90 * 3 - 1)
    assert vcodec.decode(file, max_bytes=70 * 90 * 3).shape == (70, 90, 3)
    with pytest.raises(ValueError, match="max_bytes is 0"):
        vcodec.decode(file, max_bytes=0)


def test_info_and_metadata() -> None:
    file = vcodec.encode(picture(9, 12, 4, np.uint16), lossless=True, exif=b"II*\0exif", xmp=b"<xmp/>")
    info = vcodec.read_info(file)
    assert (info.width, info.height, info.channels, info.bits) == (12, 9, 4, 16)
    assert info.shape == (9, 12, 4) and info.dtype == np.uint16
    assert (info.icc, info.exif, info.xmp) == (None, b"II*\0exif", b"<xmp/>")


def test_threads_do_not_change_files_or_samples() -> None:
    pictures = [picture(300, 280, seed=seed) for seed in range(4)]
    expected = [vcodec.encode(samples, quality=40, threads=1) for samples in pictures]
    with ThreadPoolExecutor(4) as pool:
        files = list(pool.map(lambda samples: vcodec.encode(samples, quality=40, threads=2), pictures))
        decoded = list(pool.map(vcodec.decode, files))
    assert files == expected
    for samples, file in zip(decoded, files, strict=True):
        assert np.array_equal(samples, vcodec.decode(file, threads=1))


def test_other_threads_run_meanwhile() -> None:
    samples = picture(500, 500)
    begin, ran = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: begin.wait() and ran.set())
    thread.start()
    interval = sys.getswitchinterval()
    # From here on, the other thread has its turn only when this one gives it.
    sys.setswitchinterval(1000)
    try:
        begin.set()
        assert not ran.is_set()
        vcodec.encode(samples)
        assert ran.is_set()
    finally:
        sys.setswitchinterval(interval)
        thread.join()


def test_options_that_cannot_be() -> None:
    samples = picture(20, 20)
    for options, said in (
        ({"quality": 101}, "quality is 101"),
        ({"quality": float("nan")}, "quality is nan"),
        ({"max_error": 300}, "allowed: 0 to 127"),
        ({"quality": 50, "lossless": True}, "quality and lossless contradict each other"),
        ({"bytes": 1.5}, "a whole number is wanted"),
        ({"threads": -1}, "threads is -1"),
        ({"effort": 10}, "effort is 10"),
        ({"tune": "vmaf"}, "tune is 'vmaf'"),
    ):
        with pytest.raises(ValueError, match=said):
            vcodec.encode(samples, **options)
    with pytest.raises(vcodec.UnreachableError, match="bytes are too few") as caught:
        vcodec.encode(samples, bytes=10)
    assert (caught.value.code, caught.value.offset) == (4, None)
    with pytest.raises(ValueError, match="levels is 5"):
        vcodec.decode(vcodec.encode(samples), levels=5)


def test_arrays_that_cannot_be() -> None:
    for samples in (picture(9, 9).astype(np.float32), picture(9, 9).astype(np.int16), np.array(["a"])):
        with pytest.raises(TypeError, match="samples are"):
            vcodec.encode(samples)
    for shape in ((9,), (9, 9, 5), (9, 9, 0), (0, 9, 3), (9, 0), (2, 9, 9, 3)):
        with pytest.raises(ValueError, match="the array is"):
            vcodec.encode(np.zeros(shape, np.uint8))


def test_damage_is_told_with_its_offset() -> None:
    file = bytearray(vcodec.encode(picture(50, 50), lossless=True))
    file[len(file) // 2] ^= 1
    with pytest.raises(vcodec.DataError, match="does not match") as caught:
        vcodec.decode(file)
    error = pickle.loads(pickle.dumps(caught.value))
    assert error.code == 2 and 0 < error.offset < len(file) // 2 and f"byte {error.offset} " in str(error)
    for data, offset in ((b"", None), (b"GIF89a, or so it says", 0), (bytes(file[:7]), 5)):
        with pytest.raises(vcodec.DataError) as caught:
            vcodec.read_info(data)
        assert caught.value.offset == offset


def test_a_cut_file_is_decoded_as_far_as_it_goes() -> None:
    samples = picture(200, 200)
    file = vcodec.encode(samples, quality=60)
    with pytest.warns(vcodec.TruncatedWarning):
        decoded = vcodec.decode(file[: len(file) * 3 // 4])
    assert decoded.shape == samples.shape
    assert np.abs(decoded.astype(int) - samples).mean() < 40


def test_no_room_is_made_for_what_a_few_bytes_ask_for() -> None:
    def crc32c(data: bytes) -> int:
        crc = 0xFFFFFFFF
        for byte in data:
            crc ^= byte
            for _ in range(8):
                crc = crc >> 1 ^ (0x82F63B78 * (crc & 1))
        return crc ^ 0xFFFFFFFF

    file = vcodec.encode(picture(3, 3), lossless=True)
    assert file[5:9] == b"H\x03\x03\x03"
    side = b"\x80\x80\x10"
    header = b"H" + bytes([2 * len(side) + 1]) + side + side + file[9:10]
    huge = file[:5] + header + crc32c(header).to_bytes(4, "little") + file[14:]
    assert vcodec.read_info(huge).shape == (1 << 18, 1 << 18, 3)
    with pytest.raises(vcodec.DataError, match="the picture would take"):
        vcodec.decode(huge)
