#!/usr/bin/env python3
"""Opus on a folder of sounds at several rates, scored as `audio_scores.py` does: the curve to be compared with.

    opus_curve.py FOLDER --out opus.json [--rates 6,9,12,16,24,32,48,64]

Rates are those of the packets (the file less its Ogg pages), the sources are resampled to 48 kHz before encoding.
"""
import argparse, json, os, subprocess, tempfile

import soundfile

import audio_scores


def packet_bytes(path):
    """The bytes of audio packets in an Ogg Opus file: its pages' bodies less the two header packets."""
    with open(path, "rb") as file:
        data = file.read()
    position, total, page = 0, 0, 0
    while position < len(data):
        segments = data[position + 26]
        body = sum(data[position + 27 : position + 27 + segments])
        total += body if page >= 2 else 0
        position += 27 + segments + body
        page += 1
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--out", required=True)
    parser.add_argument("--rates", default="6,9,12,16,24,32,48,64")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        wave, coded, decoded = (os.path.join(folder, name) for name in ("in.wav", "a.opus", "out.wav"))
        for name in sorted(n for n in os.listdir(options.folder) if n.endswith(".flac")):
            source = audio_scores.read(os.path.join(options.folder, name))
            soundfile.write(wave, source, 48000, subtype="PCM_16")
            for rate in map(float, options.rates.split(",")):
                subprocess.run(["opusenc", "--quiet", "--bitrate", str(rate), wave, coded], check=True)
                subprocess.run(["opusdec", "--quiet", "--rate", "48000", "--float", coded, decoded], check=True)
                kbps = packet_bytes(coded) * 8 / len(source) * 48
                scores = audio_scores.score(source, audio_scores.read(decoded), speech="speech" in name)
                rows.append({"clip": name, "setting": rate, "kbps": kbps, **scores})
                print(name, rate, round(kbps, 2), {k: round(v, 3) for k, v in scores.items()}, flush=True)
    with open(options.out, "w") as file:
        json.dump(rows, file, indent=0)


if __name__ == "__main__":
    main()
