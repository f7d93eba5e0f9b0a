"""The program, the examples for C and for Swift, the package and the plugin make the same files, byte for byte.

The picture and the sound have no metadata: what a file of theirs carries beside samples is up to whoever reads it.
"""

from __future__ import annotations

import os
import subprocess
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from material import netpbm, picture, sound
from PIL import Image

import vcodec
import vcodec.pillow

ROOT = Path(__file__).resolve().parents[3]
SWIFT = Path(os.environ.get("VCODEC_SWIFT_EXAMPLE") or ROOT / ".build/tests/release/VCodecExample")
LIBRARY = ROOT / ".build/c"


@pytest.fixture(scope="module")
def c_example(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., None]:
    """Builds an example for C the way its first lines say, and runs it."""
    folder = tmp_path_factory.mktemp("c")
    environment = os.environ | {"PKG_CONFIG_PATH": f"{LIBRARY}/lib/pkgconfig", "LD_LIBRARY_PATH": f"{LIBRARY}/lib"}

    def run(name: str, *arguments: Path | str) -> None:
        flags = subprocess.check_output(["pkg-config", "--cflags", "--libs", "vcodec"], env=environment, text=True).split()
        source = ROOT / "Examples/c" / f"{name}.c"
        subprocess.run(["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", source, *flags, "-o", folder / name], check=True)
        subprocess.run([folder / name, *arguments], env=environment, check=True)

    return run


@pytest.mark.parametrize("lossless", [False, True])
def test_pictures(tmp_path: Path, vcodec_program, c_example, lossless: bool) -> None:
    samples = picture(91, 133)
    ppm, png = tmp_path / "a.ppm", tmp_path / "a.png"
    ppm.write_bytes(netpbm(samples))
    Image.fromarray(samples).save(png)
    vcodec_program("encode", *(["--lossless"] if lossless else []), "a.png", "program.vci")
    vcodec_program("encode", *(["--lossless"] if lossless else []), "a.ppm", "ppm.vci")
    c_example("picture", ppm, tmp_path / "c.vci", *(["lossless"] if lossless else []))
    subprocess.run([SWIFT, *(["--lossless"] if lossless else []), ppm, tmp_path / "swift.vci"], check=True)
    (tmp_path / "python.vci").write_bytes(vcodec.encode(samples, lossless=True) if lossless else vcodec.encode(samples))
    with Image.open(png) as image:
        image.save(tmp_path / "pillow.vci", **({"lossless": True} if lossless else {}))
    assert_same(tmp_path, "vci", 6)
    assert not lossless or np.array_equal(vcodec.decode((tmp_path / "c.vci").read_bytes()), samples)


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("channels", [1, 2])
def test_sounds(tmp_path: Path, vcodec_program, c_example, lossless: bool, channels: int) -> None:
    samples, rate = sound(150_000, channels), 22050
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())
    vcodec_program("encode", *(["--lossless"] if lossless else []), "a.wav", "program.vca")
    c_example("sound", tmp_path / "a.wav", tmp_path / "c.vca", *(["lossless"] if lossless else []))
    subprocess.run([SWIFT, *(["--lossless"] if lossless else []), tmp_path / "a.wav", tmp_path / "swift.vca"], check=True)
    vcodec.write(tmp_path / "python.vca", samples, rate, **({"lossless": True} if lossless else {}))
    assert_same(tmp_path, "vca", 4)


def assert_same(folder: Path, kind: str, count: int) -> None:
    """There are so many files of the kind, and all are the program's."""
    files = {path.stem: path.read_bytes() for path in folder.glob(f"*.{kind}")}
    assert len(files) == count
    assert {name for name, file in files.items() if file != files["program"]} == set()
