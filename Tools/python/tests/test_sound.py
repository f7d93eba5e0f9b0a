from __future__ import annotations

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from material import sound

import vcodec


@pytest.mark.parametrize(
    ("flags", "options"),
    [
        ([], {}),
        (["--quality", "20"], {"quality": 20}),
        (["--bitrate", "24"], {"bitrate": 24}),
        (["--lossless"], {"lossless": True}),
    ],
)
@pytest.mark.parametrize(("kind", "dtype", "channels"), [("s16le", np.int16, 2), ("f32le", np.float32, 1)])
def test_files_are_the_programs(tmp_path: Path, vcodec_program, flags, options, kind, dtype, channels) -> None:
    samples = sound(30_000, channels, dtype)
    (tmp_path / "a.raw").write_bytes(samples.tobytes())
    vcodec_program("encode", "--raw", f"24000:{channels}:{kind}", *flags, "a.raw", "a.vca")
    vcodec.write(tmp_path / "b.vca", samples, 24000, **options)
    assert (tmp_path / "b.vca").read_bytes() == (tmp_path / "a.vca").read_bytes()


def test_samples_are_the_programs(tmp_path: Path, vcodec_program) -> None:
    vcodec.write(tmp_path / "a.vca", sound(50_000), 16000, quality=40)
    vcodec_program("decode", "a.vca", "a.raw")
    samples, rate = vcodec.read(tmp_path / "a.vca")
    assert rate == 16000 and samples.tobytes() == (tmp_path / "a.raw").read_bytes()


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.float32, np.float64])
def test_lossless_round_trip(tmp_path: Path, dtype) -> None:
    random = np.random.default_rng(3)
    for channels in (1, 2, 5, 8):
        samples = sound(random.integers(0, 5000), channels, dtype)
        vcodec.write(tmp_path / "a.vca", samples, 8000, lossless=True)
        decoded, rate = vcodec.read(tmp_path / "a.vca")
        assert rate == 8000 and decoded.dtype == dtype and decoded.shape == samples.shape
        assert decoded.tobytes() == samples.tobytes()


def test_lossy_sound_has_as_many_frames_and_is_near(tmp_path: Path) -> None:
    samples = sound(40_000, 1, np.float32)
    sizes = []
    for options, error in (({"quality": 10}, 0.3), ({"quality": 90}, 1e-3), ({"lossless": True}, 0)):
        vcodec.write(tmp_path / "a.vca", samples, 16000, **options)
        sizes.append((tmp_path / "a.vca").stat().st_size)
        decoded, _ = vcodec.read(tmp_path / "a.vca")
        assert decoded.shape == samples.shape
        assert np.square(decoded - samples).mean() <= error * np.square(samples).mean()
    assert sizes == sorted(sizes) and sizes[0] < sizes[1] / 2


def test_what_a_file_says(tmp_path: Path) -> None:
    samples = sound(1000, 2, np.int32) >> 8
    tags = [("TITLE", "Étude"), ("ARTIST", "A=B"), ("ARTIST", "C")]
    vcodec.write(tmp_path / "a.vca", samples, 96000, bits=24, lossless=True, tags=tags)
    with vcodec.SoundFile(tmp_path / "a.vca") as file:
        assert (file.samplerate, file.channels, file.bits, file.frames, file.lossless) == (96000, 2, 24, 1000, True)
        assert file.dtype == np.int32 and file.tags == tuple(tags)
        assert np.array_equal(file.read(), samples)
    vcodec.write(tmp_path / "a.vca", sound(1000), np.int64(48000), threads=np.uint8(2), tags={"TITLE": "x"})
    with vcodec.SoundFile(tmp_path / "a.vca") as file:
        assert (file.bits, file.frames, file.lossless, file.tags) == (16, 1000, False, (("TITLE", "x"),))


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 30}])
def test_reading_in_pieces_and_from_anywhere(tmp_path: Path, options) -> None:
    vcodec.write(tmp_path / "a.vca", sound(100_000), 8000, **options)
    whole, _ = vcodec.read(tmp_path / "a.vca")
    random = np.random.default_rng(4)
    with vcodec.SoundFile(tmp_path / "a.vca") as file:
        assert np.array_equal(np.concatenate(list(file)), whole)
        assert len(file.read()) == 0
        for start in (0, *random.integers(0, 100_000, 4), 99_999, 100_000):
            assert file.seek(start) == file.tell() == start
            count = random.integers(0, 40_000)
            assert np.array_equal(file.read(count), whole[start : start + count])
            assert file.tell() == min(start + count, 100_000)
        file.seek(0)
        pieces = list(file.blocks(7001))
        assert {len(piece) for piece in pieces[:-1]} == {7001} and np.array_equal(np.concatenate(pieces), whole)
        with pytest.raises(ValueError, match="frame is 100001"):
            file.seek(100_001)


def test_floating_point_and_shapes(tmp_path: Path) -> None:
    vcodec.write(tmp_path / "a.vca", np.array([-32768, 16384], np.int16), 8000, lossless=True)
    with vcodec.SoundFile(tmp_path / "a.vca") as file:
        first = file.read(1, "float32")
        assert first.dtype == np.float32 and first.tolist() == [-1.0]
        assert file.read(5, "float64", always_2d=True).tolist() == [[0.5]]
        assert file.read(dtype="float64", always_2d=True).shape == (0, 1)
        with pytest.raises(ValueError, match="dtype is 'int16'"):
            file.seek(0)
            file.read(1, "int16")


def test_files_of_the_caller_and_pipes(tmp_path: Path) -> None:
    samples = sound(20_000, 1)
    kept = io.BytesIO()
    vcodec.write(kept, samples, 8000, lossless=True)
    vcodec.write(tmp_path / "a.vca", samples, 8000, lossless=True)
    assert kept.getvalue() == (tmp_path / "a.vca").read_bytes()
    with vcodec.SoundFile(io.BytesIO(kept.getvalue())) as file:
        assert file.frames is None and not file.seekable()
        assert np.array_equal(file.read(), samples)
        with pytest.raises(io.UnsupportedOperation):
            file.seek(0)
    with subprocess.Popen(["cat", tmp_path / "a.vca"], stdout=subprocess.PIPE) as cat:
        assert np.array_equal(vcodec.read(cat.stdout)[0], samples)


def test_a_file_appears_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.vca"
    samples = sound(10_000, 1)
    with pytest.raises(KeyError), vcodec.SoundWriter(path, 8000, 1, dtype="int16") as writer:
        writer.write(samples)
        raise KeyError
    assert not list(tmp_path.iterdir())
    with vcodec.SoundWriter(path, 8000, 1, dtype="int16", lossless=True) as writer:
        for start in range(0, 10_000, 999):
            writer.write(samples[start : start + 999])
        assert not path.exists()
    assert [file.name for file in tmp_path.iterdir()] == ["a.vca"]
    assert np.array_equal(vcodec.read(path)[0], samples)
    with pytest.raises(ValueError, match="the file is finished"):
        writer.write(samples)
    writer.close()


def test_options_that_cannot_be(tmp_path: Path) -> None:
    samples = sound(100)
    for options, said in (
        ({"quality": -1}, "quality is -1"),
        ({"bitrate": 0}, "bit rate is 0"),
        ({"bitrate": float("inf")}, "bit rate is inf"),
        ({"quality": 5, "bitrate": 5}, "quality and bitrate contradict each other"),
        ({"bits": 17}, "bits is 17"),
        ({"bits": 8, "lossless": True}, "a sample has more than 8 bits"),
        ({"tags": [("A", "b\0c")]}, "character 0"),
        ({"threads": 1 << 32}, "threads is"),
    ):
        with pytest.raises(ValueError, match=said):
            vcodec.write(tmp_path / "a.vca", samples, 8000, **options)
    for shape, rate in (((10, 9), 8000), ((10, 0), 8000), ((2, 2, 2), 8000), ((10, 2), 0), ((10, 2), 1 << 20), ((10, 2), -1)):
        with pytest.raises(ValueError, match="channels|samplerate|sample_rate"):
            vcodec.write(tmp_path / "a.vca", np.zeros(shape, np.int16), rate)
    for dtype in (np.uint8, np.int64, np.float16, bool):
        with pytest.raises(TypeError, match="samples are"):
            vcodec.write(tmp_path / "a.vca", np.zeros(10, dtype), 8000)
    writer = vcodec.SoundWriter(io.BytesIO(), 8000, 1, dtype="int16")
    with pytest.raises(TypeError, match="but the file's are int16"):
        writer.write(np.zeros(5))
    assert not list(tmp_path.iterdir())


def test_damage_is_told_with_its_offset(tmp_path: Path) -> None:
    path = tmp_path / "a.vca"
    vcodec.write(path, sound(100_000, 1), 8000, lossless=True)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1000] + b"?" + whole[-999:])
    with vcodec.SoundFile(path) as file:
        assert len(file.read(32_000)) == 32_000
        with pytest.raises(vcodec.DataError, match="does not match") as caught:
            file.read()
        assert caught.value.code == 2 and 0 < caught.value.offset < len(whole)
    for data in (b"", b"RIFF1234WAVEfmt ", whole[:5]):
        path.write_bytes(data)
        with pytest.raises(vcodec.DataError):
            vcodec.SoundFile(path)
    with pytest.raises(FileNotFoundError):
        vcodec.SoundFile(tmp_path / "none.vca")


def test_a_cut_file_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "a.vca"
    samples = sound(100_000, 1)
    vcodec.write(path, samples, 8000, lossless=True)
    path.write_bytes(path.read_bytes()[:-500])
    with vcodec.SoundFile(path) as file, pytest.warns(vcodec.TruncatedWarning):
        assert file.frames is None
        decoded = file.read()
    assert 0 < len(decoded) < len(samples) and np.array_equal(decoded, samples[: len(decoded)])


def test_what_comes_before_the_damage_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.vca"
    samples = sound(100_000, 1)
    vcodec.write(path, samples, 8000, lossless=True)
    with vcodec.SoundFile(path) as file:
        lengths = [len(block) for block in file]
    data = bytearray(path.read_bytes())
    data[-1000] ^= 1
    path.write_bytes(data)
    assert len(lengths) > 2
    with vcodec.SoundFile(path, threads=1) as file:
        assert np.array_equal(file.read(sum(lengths[:-1])), samples[: -lengths[-1]])
        with pytest.raises(vcodec.DataError):
            file.read(1)


def test_a_closed_file_is_refused(tmp_path: Path) -> None:
    vcodec.write(tmp_path / "a.vca", sound(100), 8000)
    file = vcodec.SoundFile(tmp_path / "a.vca")
    file.close()
    file.close()
    for use in (file.read, lambda: file.seek(0), lambda: list(file)):
        with pytest.raises(ValueError, match="the file is closed"):
            use()


def test_threads_do_not_change_files(tmp_path: Path) -> None:
    def written(number: int) -> bytes:
        file = io.BytesIO()
        vcodec.write(file, sound(60_000, 1, seed=number % 2), 8000, quality=30, threads=number // 2 + 1)
        return file.getvalue()

    with ThreadPoolExecutor(4) as pool:
        files = list(pool.map(written, range(4)))
    assert files[0] == files[2] and files[1] == files[3] and files[0] != files[1]


def test_memory_is_bounded(tmp_path: Path) -> None:
    program = """
import resource, sys, numpy as np, vcodec
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
def run(seconds):
    with vcodec.SoundWriter(sys.argv[1], 48000, 2, dtype="int16", lossless=True, threads=1) as writer:
        for _ in range(seconds): writer.write(np.zeros((48000, 2), np.int16))
    with vcodec.SoundFile(sys.argv[1], threads=1) as file:
        assert sum(map(len, file)) == 48000 * seconds
    return peak()
short = run(20)
assert run(600) - short < 40, peak() - short
"""
    subprocess.run([sys.executable, "-c", program, tmp_path / "a.vca"], check=True)
