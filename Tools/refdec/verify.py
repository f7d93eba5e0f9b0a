#!/usr/bin/env python3
"""Runs refdec over conformance vectors.

    verify.py [FOLDER]      default: TestVectors

Prints a line for each vector that fails, and at last `N passed, M failed`. Exit status 1 if any failed or none was
found.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import multiprocessing
import os
import re
import sys
from pathlib import Path
from typing import Callable

# Two processes, a thread each.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent))
import refdec  # noqa: E402
import sound  # noqa: E402
import spectral  # noqa: E402

VECTORS = Path(__file__).resolve().parents[2] / "TestVectors"
STREAMS = ("stream.vci", "stream.vca")
CHANNELS = {1: "grey", 2: "grey and alpha", 3: "RGB", 4: "RGBA"}
TRACE = re.compile(r"tile (\d+) level (\d+) band (\d+) range (\d+) code (\d+) ")

_models: dict[Path, refdec.Model | spectral.SoundModel] = {}


def cached_model(path: Path, is_sound: bool) -> refdec.Model | spectral.SoundModel:
    """Models are read once a process."""
    if path not in _models:
        read = spectral.read_sound_model if is_sound else refdec.read_model
        _models[path] = refdec.load_model(str(path), read=read)
    return _models[path]


def decode(stream: bytes, model_of: Callable[[bytes], refdec.Model], levels: int = 4) -> dict:
    """What `expected.json` says of a stream, as refdec finds it: size, format, digest, witness, metadata."""
    picture = refdec.read_picture_file(stream)
    header, trace = picture.header, io.StringIO()
    with contextlib.redirect_stdout(trace):
        samples = refdec.decode_picture(picture, None if header.lossless else model_of(header.model), levels, trace=True)
    found = {
        "width": header.width, "height": header.height, "format": f"{CHANNELS[header.channels]}, {header.bits} bits",
        "sha256": refdec.sample_digest(samples),
        "witness": [dict(zip(("tile", "level", "band", "range", "code"), map(int, match.groups())))
                    for match in TRACE.finditer(trace.getvalue())],
    }
    complete = complete_levels(picture)
    if min(complete, levels) != levels:
        found["completeLevels"] = complete
    if picture.cut or complete < 4:
        found["truncatedAt"] = picture.end
    if picture.metadata:
        found["metadata"] = readable_metadata(picture)
    return found


def complete_levels(picture: refdec.PictureFile) -> int:
    """Coarsest levels that every tile has; 4 with lossless colour."""
    tiles = range(picture.header.tile_count)
    return next((i for i, level in enumerate(refdec.LEVELS)
                 if any((tile, level) not in picture.levels for tile in tiles)), 4)


def readable_metadata(picture: refdec.PictureFile) -> list[dict]:
    """Kind, length and digest of the metadata chunks that make sense, in order."""
    found = []
    for chunk in picture.metadata:
        try:
            content = refdec.read_metadata(chunk)
        except refdec.Malformed:
            continue
        found.append({"kind": chunk.kind, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()})
    return found


def decode_sound(stream: bytes, model: spectral.SoundModel) -> dict:
    """What `expected.json` says of a stream of sound, as refdec finds it."""
    decoded = sound.read_sound_file(stream, lambda: model)
    header, samples = decoded.header, decoded.samples
    names = {sound.BINARY32: "32-bit floating point", sound.BINARY64: "64-bit floating point"}
    found = {
        "sampleRate": header.sample_rate, "channels": header.channels,
        "samples": names.get(header.kind, f"{header.kind}-bit integers"), "frames": len(samples),
        "sha256": sound.sample_digest(samples),
    }
    return found | ({"truncatedAt": decoded.end} if decoded.cut else {})


def stream_path(folder: Path) -> Path:
    """The picture or the sound of a vector."""
    return next((path for name in STREAMS if (path := folder / name).exists()), folder / STREAMS[0])


def check(folder: Path) -> str | None:
    """What is different from what is expected of a vector; None if nothing is."""
    try:
        expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        path = stream_path(folder)
        stream = path.read_bytes()
        is_sound = path.suffix == ".vca"
        # Instead of the one that the stream names.
        own = folder / expected["model"] if "model" in expected else None
    except (OSError, ValueError, refdec.Failure) as error:
        return str(error)
    try:
        if is_sound:
            found = decode_sound(stream, cached_model(own or spectral.DEFAULT_MODEL, is_sound))
        else:
            found = decode(stream, lambda identity: cached_model(own or refdec.named_model(identity), is_sound), expected.get("levels", 4))
    except refdec.Malformed as error:
        return difference_of_error(error, expected)
    except refdec.Failure as error:
        return str(error)
    if "error" in expected:
        return f"decodes, but {expected['error']} is expected"
    stated = {key: value for key, value in expected.items() if key not in ("tests", "spec", "levels", "model")}
    return "; ".join(f"{key} is {found.get(key)}, expected {stated.get(key)}"
                     for key in sorted(stated.keys() | found.keys()) if found.get(key) != stated.get(key)) or None


def difference_of_error(error: refdec.Malformed, expected: dict) -> str | None:
    """Cases are names of the Swift program; refdec can say only where."""
    if "error" not in expected:
        return f"does not decode: {error}"
    offset = expected["error"].get("offset", error.offset)
    return None if error.offset == offset else f"{error}; expected is {expected['error']}"


def named_check(folder: Path) -> tuple[Path, str | None]:
    try:
        return folder, check(folder)
    except Exception as error:  # a defect of refdec fails one vector, not the run
        return folder, f"{type(error).__name__}: {error}"


def report(root: Path) -> int:
    """Checks all vectors below a folder; returns the exit status."""
    folders = sorted((path.parent for path in root.rglob("expected.json")),
                     key=lambda path: -stream_path(path).stat().st_size if stream_path(path).exists() else 0)
    with multiprocessing.Pool(2) as pool:
        results = pool.map(named_check, folders, chunksize=1)
    failures = [(folder, difference) for folder, difference in sorted(results) if difference]
    for folder, difference in failures:
        print(f"FAIL  {folder.relative_to(root)}: {difference}")
    if not folders:
        print(f"{root}: no vectors found")
    print(f"{len(folders) - len(failures)} passed, {len(failures)} failed")
    return 0 if folders and not failures else 1


def main() -> int:
    parser = argparse.ArgumentParser(description="Runs refdec over conformance vectors.")
    parser.add_argument("folder", nargs="?", type=Path, default=VECTORS)
    return report(parser.parse_args().folder)


if __name__ == "__main__":
    sys.exit(main())
