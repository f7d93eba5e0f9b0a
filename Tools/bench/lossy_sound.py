#!/usr/bin/env python3
"""Lossy sound of the built program over a folder of sounds, whole files, scored as `audio_scores.py` does.

    lossy_sound.py FOLDER [--rates 6 9 … 64 | --qualities 10 20 …] [--opus opus.json] --out ours.json

Encodes every FLAC file at each bit rate, or at each constant quality, and decodes it. Prints the mean rate and score of
each setting and, against the rows of opus_curve.py, the ratios of the rates at which scores are equal. Rates count every
byte of the file. Sources are resampled to 48 kHz before encoding, as for Opus.
"""
import argparse, json, os, subprocess, tempfile

import soundfile

import audio_scores

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def measure(options, source, name, kind, setting):
    """One row: the clip, its setting, the rate of its file in kbit/s and its scores."""
    with tempfile.TemporaryDirectory() as folder:
        wave, coded, decoded = (os.path.join(folder, part) for part in ("in.wav", "a.vca", "out.wav"))
        soundfile.write(wave, source, audio_scores.RATE, subtype="PCM_16")
        subprocess.run([options.vcodec, "encode", "--quiet", "--threads", "1", kind, f"{setting:g}", wave, coded], check=True)
        subprocess.run([options.vcodec, "decode", "--quiet", "--threads", "1", coded, decoded], check=True)
        kbps = os.path.getsize(coded) * 8 / len(source) * audio_scores.RATE / 1000
        scores = audio_scores.score(source, audio_scores.read(decoded), speech="speech" in name)
    return {"clip": name, "setting": setting, "kbps": kbps, **scores}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--vcodec", default=os.path.join(ROOT, ".build/release/vcodec"))
    settings = parser.add_mutually_exclusive_group()
    settings.add_argument("--rates", type=float, nargs="+", default=[6, 9, 12, 16, 24, 32, 48, 64], help="kbit/s")
    settings.add_argument("--qualities", type=float, nargs="+", help="constant quality instead of constant rate")
    parser.add_argument("--opus", help="rows of opus_curve.py")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    kind, values = ("--quality", options.qualities) if options.qualities else ("--bitrate", options.rates)
    rows = []
    for name in sorted(n for n in os.listdir(options.folder) if n.endswith(".flac")):
        source = audio_scores.read(os.path.join(options.folder, name))
        for setting in values:
            row = measure(options, source, name, kind, setting)
            rows.append(row)
            print(name, f"{setting:g}", *(f"{key} {row[key]:.3f}" for key in row if key not in ("clip", "setting")), flush=True)
    with open(options.out, "w") as file:
        json.dump(rows, file, indent=0)
    audio_scores.summary(rows, options.opus)


if __name__ == "__main__":
    main()
