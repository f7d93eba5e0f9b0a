#!/usr/bin/env python3
"""Decode folders of sounds once into one raw cache of 48 kHz PCM that the audio trainer maps into memory.

    build_sounds.py --out training/sounds speech=FOLDER[:SECONDS[:PATTERN]] music=FOLDER ...

Each source is a kind (speech, music, …), a folder, how many seconds of each file to keep (0: all of it; else the middle)
and which names to take. Files named in `--leave-out` (one name a line, or the evaluation set's MANIFEST.tsv, whose
every word is looked at) are never read, also under the longer names that fetch.py gives. Sounds below 32 kHz are left out, since they would teach an empty upper band.
Sounds of one folder and kind are joined until `--join` seconds are reached, so that short ones keep their neighbours'
statistics. The output is `OUT.pcm` (int16, interleaved) and `OUT.json` (kind, offset, frames and channels of each).
"""
import argparse, fnmatch, json, os, re

import numpy as np
import soundfile
import soxr

RATE = 48000
EXTENSIONS = (".ogg", ".flac", ".wav", ".opus")


def parse_source(text):
    kind, rest = text.split("=", 1)
    parts = rest.split(":")
    folder, seconds, pattern = parts + ["0", "*"][len(parts) - 1:]
    return kind, folder, float(seconds), pattern


def sounds(folder, pattern, left_out):
    for root, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            # fetch.py joins folders and name with "_"
            unwanted = any(name == other or name.endswith("_" + other) for other in left_out)
            if name.lower().endswith(EXTENSIONS) and fnmatch.fnmatch(name, pattern) and not unwanted:
                yield os.path.join(root, name)


def read(path, seconds):
    """A sound at 48 kHz as int16 (frames, 1 or 2), its middle `seconds` if that is not 0; None if it does not fit."""
    try:
        info = soundfile.info(path)
    except soundfile.LibsndfileError:
        return None
    if info.samplerate < 32000 or info.channels > 2:
        return None
    frames = int(seconds * info.samplerate) if seconds else info.frames
    start = max(0, (info.frames - frames) // 2)
    samples, rate = soundfile.read(path, frames=frames, start=start, always_2d=True)
    if samples.shape[1] == 2 and np.abs(samples[:, 0] - samples[:, 1]).max(initial=0) < 1e-4:
        samples = samples[:, :1]
    if rate != RATE:
        samples = soxr.resample(samples, rate, RATE)
    return np.clip(np.rint(samples * 32767), -32768, 32767).astype(np.int16)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("--leave-out", action="append", default=[])
    parser.add_argument("--join", type=float, default=30, help="seconds up to which sounds are joined")
    parser.add_argument("--limit", type=float, default=1e9, help="most seconds of one source")
    parser.add_argument("sources", nargs="+")
    options = parser.parse_args()
    words = {word for path in options.leave_out for word in re.split(r"[\s,;]+", open(path).read())}
    left_out = {word for word in words if word.endswith(EXTENSIONS)}
    os.makedirs(os.path.dirname(options.out) or ".", exist_ok=True)
    index, offset = [], 0
    with open(options.out + ".pcm", "wb") as cache:
        for source in options.sources:
            kind, folder, seconds, pattern = parse_source(source)
            pending, total = {1: [], 2: []}, 0

            def flush(channels):
                nonlocal offset
                joined = np.concatenate(pending[channels])
                cache.write(joined.tobytes())
                index.append({"kind": kind, "source": folder, "offset": offset, "frames": len(joined), "channels": channels})
                offset += joined.size
                pending[channels] = []

            for path in sounds(folder, pattern, left_out):
                samples = read(path, seconds)
                if samples is None or not len(samples) or total > options.limit * RATE:
                    continue
                channels = samples.shape[1]
                pending[channels].append(samples)
                total += len(samples)
                if sum(map(len, pending[channels])) > options.join * RATE:
                    flush(channels)
            for channels in (1, 2):
                if pending[channels]:
                    flush(channels)
            print(f"{kind:8} {total / RATE / 3600:6.2f} h  {folder}", flush=True)
    with open(options.out + ".json", "w") as file:
        json.dump({"rate": RATE, "sounds": index}, file)


if __name__ == "__main__":
    main()
