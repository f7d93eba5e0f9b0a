#!/usr/bin/env python3
"""Fetch the training pictures that Debian packages hold, by name, with checksums.

    fetch.py training/debian [--list packages.tsv]

Each row of the list names a package, the version and SHA-256 that were used, and which of its files to keep. A package
whose checksum differs is refused unless --any-version is given. Nothing is installed: packages are only unpacked.
Afterwards run build_shards.py over the folder. `photographs.tsv` lists the other pictures that the default model was
trained on, by source and licence; put them into a folder of their own.
"""
import argparse, csv, fnmatch, hashlib, os, shutil, subprocess, sys, tempfile


def download(package, folder):
    subprocess.run(["apt-get", "download", package], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return next(os.path.join(folder, name) for name in os.listdir(folder) if name.startswith(package + "_"))


def keep(unpacked, pattern, target):
    count = 0
    for root, _, names in os.walk(unpacked):
        for name in names:
            path = os.path.join(root, name)
            if fnmatch.fnmatch(path, pattern):
                flat = os.path.relpath(path, unpacked).replace(os.sep, "_")
                shutil.copy(path, os.path.join(target, flat))
                count += 1
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target")
    parser.add_argument("--list", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "packages.tsv"))
    parser.add_argument("--any-version", action="store_true")
    options = parser.parse_args()
    with open(options.list) as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        target = os.path.join(options.target, row["package"])
        os.makedirs(target, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            path = download(row["package"], folder)
            with open(path, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if digest != row["sha256"] and not options.any_version:
                sys.exit(f"{row['package']}: checksum {digest} is not the one listed ({row['version']}); see --any-version")
            subprocess.run(["dpkg", "-x", path, os.path.join(folder, "x")], check=True)
            print(row["package"], keep(os.path.join(folder, "x"), row["keep"], target), "files")


if __name__ == "__main__":
    main()
