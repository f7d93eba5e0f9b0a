#!/usr/bin/env python3
"""Compresses a sharded data set on a cluster, with Dask and the Python package of vcodec.

    pip install './Tools/python[pillow]' dask distributed
    Examples/dask/compress.py shards/*.tar --out coded --workers 4                  # on this machine
    Examples/dask/compress.py /data/*.tar --out /data/coded --scheduler tcp://head:8786

A shard is a tar archive of samples, as WebDataset has them: `0001.png`, `0001.wav`, `0001.json` … Each becomes an archive of the
same name in which pictures are `.vci` and sounds `.vca`; all else, and what cannot be read, is copied as it is.

One shard is one task: large enough to be worth a message, small enough to be done again. `compress_shard` can be called any
number of times, at the same time too: an archive appears when it is complete, and one that was made of the same input with the
same options is left alone. So it does not matter which worker is lost when, nor whether all of this is started again.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tarfile
import time
import uuid
import wave
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from dask.distributed import Client, LocalCluster, as_completed
from PIL import Image

import vcodec
import vcodec.pillow

PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".ppm", ".pgm", ".tif", ".tiff", ".bmp"}
SAMPLES = {2: "<i2", 4: "<i4"}


def code_picture(data: bytes, options: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        # The cluster has a task for every core: none of them is for threads.
        image.save(file, "VCI", threads=1, **options)
    return file.getvalue()


def code_sound(data: bytes, options: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    with wave.open(io.BytesIO(data)) as sound:
        if sound.getsampwidth() not in SAMPLES:
            raise ValueError(f"{8 * sound.getsampwidth()} bits are not for this example")
        frames = np.frombuffer(sound.readframes(sound.getnframes()), SAMPLES[sound.getsampwidth()])
        vcodec.write(file, frames.reshape(-1, sound.getnchannels()), sound.getframerate(), threads=1, **options)
    return file.getvalue()


def code(name: str, data: bytes, options: dict[str, Any]) -> tuple[str, bytes]:
    """What a member becomes: its name and its bytes."""
    stem, extension = os.path.splitext(name)
    if extension.lower() in PICTURES:
        return stem + ".vci", code_picture(data, options)
    if extension.lower() == ".wav":
        return stem + ".vca", code_sound(data, options)
    return name, data


def compress_shard(source: str, out: str, options: dict[str, Any]) -> dict[str, Any]:
    """Makes one archive of another, and a report beside it that says what became of it."""
    target = Path(out) / Path(source).name
    report_path = target.with_name(target.name + ".json")
    status = os.stat(source)
    origin = {"source": source, "bytes": status.st_size, "modified": status.st_mtime_ns, "options": options}
    if target.exists() and report_path.exists():
        report: dict[str, Any] = json.loads(report_path.read_text())
        if report["origin"] == origin:
            return {**report, "kept": True}

    report = {"origin": origin, "coded": 0, "copied": 0, "bytes": 0, "failures": []}
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        with tarfile.open(source) as members, tarfile.open(part, "w") as archive:
            for member in members:
                content = members.extractfile(member)
                if content is None:
                    archive.addfile(member)
                    continue
                data = content.read()
                name, coded = member.name, data
                try:
                    name, coded = code(member.name, data, options)
                except (OSError, ValueError, EOFError, wave.Error, vcodec.Error) as error:
                    report["failures"].append({"member": member.name, "error": str(error)})
                report["copied" if name == member.name else "coded"] += 1
                member.name, member.size = name, len(coded)
                archive.addfile(member, io.BytesIO(coded))
        report["bytes"] = part.stat().st_size
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    _write(report_path, json.dumps(report))
    return {**report, "kept": False}


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    part.write_text(text)
    os.replace(part, path)


def compress(client: Client, shards: Iterable[str], out: str, options: dict[str, Any]) -> dict[str, Any]:
    """All shards by all workers. A shard that fails as a whole, such as one that is no archive, stops nothing."""
    Path(out).mkdir(parents=True, exist_ok=True)
    futures = {client.submit(compress_shard, shard, out, options, pure=False, retries=2): shard for shard in shards}
    total: dict[str, Any] = {"shards": 0, "kept": 0, "coded": 0, "copied": 0, "sourceBytes": 0, "bytes": 0, "failures": []}
    for future in as_completed(futures):
        shard = futures[future]
        if future.status != "finished":
            total["failures"].append({"shard": shard, "error": str(future.exception())})
            continue
        report = future.result()
        total["shards"] += 1
        total["kept"] += report["kept"]
        total["sourceBytes"] += report["origin"]["bytes"]
        for field in ("coded", "copied", "bytes"):
            total[field] += report[field]
        total["failures"] += [{"shard": shard, **failure} for failure in report["failures"]]
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shards", nargs="+", help="tar archives, where every worker can read them")
    parser.add_argument("--out", required=True, help="a folder where every worker can write")
    parser.add_argument("--scheduler", help="the address of a running cluster (default: one on this machine, for this run)")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes on this machine")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--quality", type=float, default=50)
    kind.add_argument("--lossless", action="store_true")
    given = parser.parse_args()
    options = {"lossless": True} if given.lossless else {"quality": given.quality}
    start = time.monotonic()
    # A task is one process's one thread: vcodec computes, it does not wait.
    cluster = given.scheduler or LocalCluster(n_workers=given.workers, threads_per_worker=1, dashboard_address=None)
    with Client(cluster) as client:
        total = compress(client, given.shards, given.out, options)
    if not given.scheduler:
        cluster.close()
    for failure in total["failures"]:
        print(f"{failure['shard']}: {failure.get('member', 'the archive')}: {failure['error']}", file=sys.stderr)
    print(
        f"{total['shards']} shards ({total['kept']} there already), {total['coded']} files coded, {total['copied']} copied, "
        f"{total['sourceBytes']} → {total['bytes']} bytes, {time.monotonic() - start:.1f} s, {len(total['failures'])} failures"
    )
    return 1 if total["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
