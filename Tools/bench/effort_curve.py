#!/usr/bin/env python3
"""What time buys: BD-rate against seconds for every effort of the built program, and for the speeds of AVIF and JPEG XL.

    effort_curve.py PICTURES... [--efforts 0 3 6 9] [--qualities 0 20 40 60 80] [--tune ms-ssim] [--avif 10 8 6 4] [--jxl 1 3 5 7 9]
                    [--anchor 0] [--anchor-qualities …] [--threads 2] [--out effort.json] [--plot effort.svg] [--resume]

Whole files and whole processes, one at a time; PSNR over decoded R, G and B, and with `--ms-ssim` MS-SSIM as well. BD-rates are
against effort `--anchor`. `avifenc`, `avifdec`, `cjxl` and `djxl` must be installed for their settings.
"""
import argparse, json, math, os, subprocess, tempfile, time

import numpy as np

import bdrate
import rd_curve

VCODEC = os.environ.get("VCODEC", os.path.join(rd_curve.ROOT, ".build/release/vcodec"))


def vcodec(effort, tune, threads):
    extra = ["--tune", tune] if tune else []
    return {
        "qualities": None, "suffix": ".vci",
        "encode": lambda s, t, q: [VCODEC, "encode", "--quiet", "--threads", threads, "--effort", str(effort), *extra, "-q", str(q), s, t],
        "decode": lambda s, t: [VCODEC, "decode", "--quiet", "--threads", threads, s, t],
    }  # fmt: skip


def avif(speed, threads):
    return {
        "qualities": [52, 44, 36, 29, 22, 15], "suffix": ".avif",
        # Quantisers instead of `-q`, which the avifenc of Debian 12 does not have.
        "encode": lambda s, t, q: [
            "avifenc", "-j", threads, "-s", str(speed), "-y", "444", "--min", "0", "--max", "63", "-a", "end-usage=q", "-a", "tune=psnr",
            "-a", f"cq-level={q}", s, t],
        "decode": lambda s, t: ["avifdec", "-j", threads, s, t],
    }  # fmt: skip


def jxl(effort, threads):
    return {
        "qualities": [12, 25, 45, 62, 75, 86], "suffix": ".jxl",
        "encode": lambda s, t, q: ["cjxl", "--quiet", f"--num_threads={threads}", "-e", str(effort), "-q", str(q), s, t],
        "decode": lambda s, t: ["djxl", "--quiet", s, t],
    }  # fmt: skip


def timed(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def measure(codec, path, quality, folder, ms_ssim):
    file, shown = os.path.join(folder, "a" + codec["suffix"]), os.path.join(folder, "a.png")
    row = {"encode_s": timed(codec["encode"](path, file, quality)), "decode_s": timed(codec["decode"](file, shown))}
    a = rd_curve.samples(path)
    row["bpp"] = os.path.getsize(file) * 8 / a[..., 0].size
    row["psnr"] = rd_curve.psnr(a, rd_curve.samples(shown))
    if ms_ssim:
        row["msssim_db"] = -10 * math.log10(1 - rd_curve.compared(VCODEC, path, shown)["msssim"])
    return row


def curve(rows, metric):
    """Mean points of all pictures, one a quality."""
    qualities = sorted({r["quality"] for r in rows})
    points = [[(r["bpp"], r[metric]) for r in rows if r["quality"] == q] for q in qualities]
    return sorted(tuple(np.mean(p, 0)) for p in points)


def anchored(results, anchor, rows):
    """The anchor's rows of the qualities that `rows` have, so that both curves are interpolated alike; all of them for another codec's scale."""
    qualities = {r["quality"] for r in rows}
    same = [r for r in results[anchor] if r["quality"] in qualities]
    return same if {r["quality"] for r in same} == qualities else results[anchor]


def summary(results, anchor, metric):
    table = {}
    for name, rows in results.items():
        change = bdrate.bd_rate(curve(anchored(results, anchor, rows), metric), curve(rows, metric))[0] if name != anchor else 0.0
        table[name] = {
            "bd_rate": round(change, 2), "encode_s": round(float(np.mean([r["encode_s"] for r in rows])), 3),
            "decode_s": round(float(np.mean([r["decode_s"] for r in rows])), 3),
        }  # fmt: skip
    return table


def worse_pictures(results, efforts, metric):
    """Of each effort but the first: BD-rates of single pictures against the effort below, the greatest last."""
    found = {}
    for below, above in zip(efforts, efforts[1:]):
        changes = []
        for picture in sorted({r["picture"] for r in results[below]}):
            a, b = ([r for r in results[e] if r["picture"] == picture] for e in (below, above))
            changes.append((round(bdrate.bd_rate(curve(a, metric), curve(b, metric), low=0.02, high=4)[0], 2), picture))
        found[above] = sorted(changes)
    return found


def plot(table, path):
    """Seconds (logarithmic) against BD-rate, as an SVG that reads on light and dark ground."""
    width, height, left, right, top, bottom = 720, 420, 64, 150, 20, 48
    times, rates = [v["encode_s"] for v in table.values()], [v["bd_rate"] for v in table.values()]
    t0, t1 = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    r0, r1 = math.floor(min(rates) / 10) * 10, math.ceil(max(rates) / 10) * 10
    x = lambda t: left + (width - left - right) * (math.log10(t) - t0) / (t1 - t0)
    y = lambda r: top + (height - top - bottom) * (r1 - r) / (r1 - r0)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
           '<style>text{fill:#666}.g{stroke:#999;stroke-opacity:.35}</style>']  # fmt: skip
    for k in range(t0, t1 + 1):
        out.append(f'<line class="g" x1="{x(10**k):.1f}" x2="{x(10**k):.1f}" y1="{top}" y2="{height - bottom}"/>')
        out.append(f'<text x="{x(10**k):.1f}" y="{height - bottom + 16}" text-anchor="middle">{10**k:g} s</text>')
    for r in range(r0, r1 + 1, 10):
        out.append(f'<line class="g" x1="{left}" x2="{width - right}" y1="{y(r):.1f}" y2="{y(r):.1f}"/>')
        out.append(f'<text x="{left - 6}" y="{y(r) + 4:.1f}" text-anchor="end">{r:+d} %</text>')
    out.append(f'<text x="{(left + width - right) / 2}" y="{height - 10}" text-anchor="middle">encoding time of a picture</text>')
    families = {}
    for name, row in table.items():
        families.setdefault(name.rsplit(" ", 1)[0], []).append((row["encode_s"], row["bd_rate"], name.rsplit(" ", 1)[1]))
    for (family, points), colour in zip(families.items(), ("#d9480f", "#1971c2", "#2f9e44", "#9c36b5")):
        points.sort()
        out.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(f"{x(t):.1f},{y(r):.1f}" for t, r, _ in points)}"/>')
        for t, r, label in points:
            out.append(f'<circle cx="{x(t):.1f}" cy="{y(r):.1f}" r="3.5" fill="{colour}"/>')
            out.append(f'<text x="{x(t) + 6:.1f}" y="{y(r) - 6:.1f}">{label}</text>')
        t, r, _ = points[-1]
        out.append(f'<text x="{width - right + 8}" y="{y(r) + 4:.1f}" style="fill:{colour}">{family}</text>')
    with open(path, "w") as file:
        file.write("\n".join(out + ["</svg>\n"]))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("pictures", nargs="+")
    p.add_argument("--efforts", type=int, nargs="*", default=[0, 1, 2, 3, 4, 5, 6])
    p.add_argument("--qualities", type=float, nargs="+", default=[0, 16, 32, 48, 64, 80])
    p.add_argument("--anchor-qualities", type=float, nargs="+", help="more of them for the anchor, which other codecs are compared with; --qualities")
    p.add_argument("--tune")
    p.add_argument("--avif", type=int, nargs="*", default=[])
    p.add_argument("--jxl", type=int, nargs="*", default=[])
    p.add_argument("--anchor", type=int, default=0)
    p.add_argument("--threads", default="2")
    p.add_argument("--ms-ssim", action="store_true")
    p.add_argument("--out", help="all points, as JSON; with --resume those that it has are not measured again")
    p.add_argument("--resume", action="store_true")
    p.add_argument("--plot")
    o = p.parse_args()
    settings = {f"vcodec {e}": vcodec(e, o.tune, o.threads) for e in o.efforts}
    settings |= {f"AVIF {s}": avif(s, o.threads) for s in o.avif} | {f"JPEG XL {e}": jxl(e, o.threads) for e in o.jxl}
    results = {}
    if o.resume and os.path.exists(o.out):
        with open(o.out) as file:
            results = json.load(file)
    metrics = ["psnr"] + ["msssim_db"] * o.ms_ssim
    with tempfile.TemporaryDirectory() as folder:
        for name, codec in settings.items():
            if name not in results:
                rows = []
                own = o.anchor_qualities if name == f"vcodec {o.anchor}" else None
                for quality in codec["qualities"] or own or o.qualities:
                    for path in o.pictures:
                        row = {"picture": os.path.basename(path), "quality": quality}
                        rows.append(row | measure(codec, path, quality, folder, o.ms_ssim))
                results[name] = rows
                if o.out:
                    with open(o.out, "w") as file:
                        json.dump(results, file)
            print(name, {m: summary({k: results[k] for k in (f"vcodec {o.anchor}", name)}, f"vcodec {o.anchor}", m)[name] for m in metrics}, flush=True)
    efforts = [n for n in results if n.startswith("vcodec")]
    for metric in metrics:
        for name, changes in worse_pictures(results, efforts, metric).items():
            print(metric, name, "against the effort below, worst pictures:", changes[-3:])
    if o.plot:
        plot(summary(results, f"vcodec {o.anchor}", "psnr"), o.plot)


if __name__ == "__main__":
    main()
