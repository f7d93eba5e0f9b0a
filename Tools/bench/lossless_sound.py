#!/usr/bin/env python3
"""Sizes and speed of lossless sound against flac and wavpack, where those are installed.

    lossless_sound.py CLIPS... [--threads N]

Every clip is decoded to WAV, compared with its source sample by sample, and that WAV is what the peers get. Prints
bytes, the difference from `flac -8`, and how many times as fast as it plays the program codes it each way: by the
processor's time of its threads together, whole processes.
"""
import argparse, json, os, resource, shutil, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEERS = {
    "flac -8": ["flac", "-8", "--silent", "--force", "--no-padding", "-o", "{out}.flac", "{in}"],
    "wavpack -hhx6": ["wavpack", "-q", "-y", "-hhx6", "{in}", "-o", "{out}.wv"],
}


def peer_size(name, wav, folder):
    out = os.path.join(folder, "peer")
    command = [part.format(**{"in": wav, "out": out}) for part in PEERS[name]]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    made = next(part for part in command if part.startswith(out))
    return os.path.getsize(made) if done.returncode == 0 else None


def processor_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(vcodec, path, folder, threads):
    """-> bytes, seconds of sound, processor seconds each way; leaves the samples in `folder/a.wav`."""
    stream, wav = os.path.join(folder, "a.vca"), os.path.join(folder, "a.wav")
    encode = processor_seconds([vcodec, "encode", "--quiet", "--lossless", *threads, path, stream])
    decode = processor_seconds([vcodec, "decode", "--quiet", *threads, stream, wav])
    compared = json.loads(subprocess.run([vcodec, "compare", "--json", wav, path], check=True, capture_output=True).stdout)
    if not compared["identical"]:
        sys.exit(f"{path}: the decoded samples differ")
    info = json.loads(subprocess.run([vcodec, "info", "--json", stream], check=True, capture_output=True).stdout)
    return os.path.getsize(stream), info["seconds"], encode, decode


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("clips", nargs="+")
    p.add_argument("--vcodec", default=os.path.join(ROOT, ".build/release/vcodec"))
    p.add_argument("--threads", default="1")
    options = p.parse_args()
    names = [n for n, command in PEERS.items() if shutil.which(command[0])]
    print("clip".ljust(32), "vcodec".rjust(9), *(n.rjust(14) for n in names), "  encode  decode")
    totals = dict.fromkeys(["vcodec", *names], 0)
    with tempfile.TemporaryDirectory() as folder:
        for path in options.clips:
            size, seconds, encode, decode = measure(options.vcodec, path, folder, ["--threads", options.threads])
            sizes = {"vcodec": size, **{n: peer_size(n, os.path.join(folder, "a.wav"), folder) or 0 for n in names}}
            for name, bytes in sizes.items():
                totals[name] += bytes
            print(os.path.basename(path)[:32].ljust(32), row(sizes), f"  {seconds / encode:5.0f}×  {seconds / decode:5.0f}×", flush=True)
    print("all".ljust(32), row(totals))


def row(sizes):
    peers = [f"{b:9d} {100 * (b / sizes['flac -8'] - 1):+.1f} %" if "flac -8" in sizes else str(b) for n, b in sizes.items() if n != "vcodec"]
    against = f" ({100 * (sizes['vcodec'] / sizes['flac -8'] - 1):+.1f} %)" if sizes.get("flac -8") else ""
    return f"{sizes['vcodec']:9d}{against} " + " ".join(peers)


if __name__ == "__main__":
    main()
