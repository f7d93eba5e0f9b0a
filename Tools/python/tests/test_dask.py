"""The example for clusters, on a cluster of two processes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import wave
from pathlib import Path

import numpy as np
from material import netpbm, picture, sound

import vcodec

EXAMPLE = Path(__file__).resolve().parents[3] / "Examples" / "dask" / "compress.py"


def wav(samples: np.ndarray, rate: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((samples.shape[1], samples.itemsize, rate, 0, "NONE", ""))
        writer.writeframes(samples.tobytes())
    return file.getvalue()


def write_shard(path: Path, members: dict[str, bytes]) -> None:
    with tarfile.open(path, "w") as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def read_shard(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    shards = sorted(str(path) for path in folder.glob("shard-*.tar"))
    return subprocess.run(
        [sys.executable, EXAMPLE, *shards, "--out", "coded", "--workers", "2", *arguments], cwd=folder, capture_output=True, text=True, timeout=100
    )


def test_a_sharded_data_set_is_compressed_on_a_cluster(tmp_path: Path) -> None:
    shards = {}
    for shard in range(4):
        members = {}
        for sample in range(3):
            seed = 10 * shard + sample
            members[f"{seed:04}.ppm"] = netpbm(picture(24 + sample, 40, seed=seed))
            members[f"{seed:04}.wav"] = wav(sound(3000, 2, seed=seed), 16000)
            members[f"{seed:04}.json"] = json.dumps({"label": seed}).encode()
        shards[f"shard-{shard}.tar"] = members
    shards["shard-3.tar"]["torn.ppm"] = netpbm(picture(30, 30))[:50]
    for name, members in shards.items():
        write_shard(tmp_path / name, members)
    (tmp_path / "shard-x.tar").write_bytes(b"this is no archive")

    first = run(tmp_path, "--lossless")
    assert first.returncode == 1, first.stderr
    assert "4 shards (0 there already), 24 files coded, 13 copied" in first.stdout and "2 failures" in first.stdout
    assert "shard-3.tar: torn.ppm: " in first.stderr and "shard-x.tar: the archive: " in first.stderr
    for name, members in shards.items():
        coded = read_shard(tmp_path / "coded" / name)
        assert len(coded) == len(members)
        for member, data in members.items():
            stem = member[:4]
            if member.endswith(".json") or member == "torn.ppm":
                assert coded[member] == data
            elif member.endswith(".ppm"):
                assert netpbm(vcodec.decode(coded[f"{stem}.vci"])) == data
            else:
                (tmp_path / "one.vca").write_bytes(coded[f"{stem}.vca"])
                samples, rate = vcodec.read(tmp_path / "one.vca")
                assert wav(samples, rate) == data

    # Once the shard is mended, it alone is made.
    write_shard(tmp_path / "shard-3.tar", {"0000.ppm": netpbm(picture(9, 9))})
    (tmp_path / "shard-x.tar").unlink()
    second = run(tmp_path, "--lossless")
    assert second.returncode == 0, second.stderr
    assert "4 shards (3 there already), 19 files coded, 9 copied" in second.stdout
    assert sorted(path.name for path in (tmp_path / "coded").iterdir()) == sorted(
        [f"shard-{shard}.tar{suffix}" for shard in range(4) for suffix in ("", ".json")]
    )
