#!/usr/bin/env python3
"""Train the image model on a CPU (bf16) or with CUDA; stops and resumes at any time.

    train.py --cache training/photos --out training/image.pt --minutes 120 [--resume training/image.pt]

The learning rate follows a cosine over --minutes of training time, counted over all resumed runs since the last --restart.
Checkpoints hold the raw and the averaged weights, the optimisers' state and the counters.
"""
import argparse, copy, json, math, os, signal, time

import torch

from data import Crops
from evaluate import evaluate
from model import Config, HierarchicalVAE, QUALITIES, quality_lambda
from optimizers import Muon, split_parameters
from perceptual import PER_MSE, ssimulacra2_error


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--cache", nargs="+", required=True, help="caches made by build_shards.py")
    p.add_argument("--out", required=True)
    p.add_argument("--resume", default="")
    p.add_argument("--restart", action="store_true", help="with --resume: begin a new schedule with the resumed weights")
    p.add_argument("--config", default="{}", help="JSON with changes to model.Config")
    p.add_argument("--minutes", type=float, default=60, help="whole length of the schedule")
    p.add_argument("--session", type=float, default=1e9, help="stop after this many minutes, schedule unfinished")
    p.add_argument("--batch", type=int, default=16)
    p.add_argument("--crop", type=int, default=128)
    p.add_argument("--lr", type=float, default=1e-3)
    p.add_argument("--muon", type=float, default=0.0, help="learning rate of the matrices; 0: AdamW for all")
    p.add_argument("--ste-from", type=float, default=0.5, help="fraction of the schedule after which latents are rounded")
    p.add_argument("--balance", type=float, default=0.4, help="weight of a quality's loss: lambda to minus this power")
    p.add_argument("--perceptual", type=float, default=0.0, help="share of the distortion that is SSIMULACRA2's error; the rest is squared error")
    p.add_argument("--skew", type=float, default=1.0, help="above 1: low qualities are drawn more often")
    p.add_argument("--device", default="cpu")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=0)
    p.add_argument("--eval", nargs="*", default=[], help="pictures evaluated at the end")
    p.add_argument("--save-every", type=float, default=4, help="minutes between checkpoints")
    return p.parse_args()


def save(path, state):
    torch.save(state, path + ".part")
    os.replace(path + ".part", path)


class Training:
    """Model, average, optimisers and counters: what a checkpoint holds."""

    def __init__(self, options):
        self.o, self.device = options, torch.device(options.device)
        previous = torch.load(options.resume, map_location=self.device, weights_only=False) if options.resume else None
        config = previous["config"] if previous else {**Config().to_dict(), **json.loads(options.config)}
        self.net = HierarchicalVAE(Config(**config)).to(self.device)
        matrices, others = split_parameters(self.net)
        fused = self.device.type in ("cpu", "cuda")
        if options.muon:
            self.optimizers = [(Muon(matrices), options.muon), (torch.optim.AdamW(others, betas=(0.9, 0.98), weight_decay=0, fused=fused), options.lr)]
        else:
            self.optimizers = [(torch.optim.AdamW(matrices + others, betas=(0.9, 0.98), weight_decay=0, fused=fused), options.lr)]
        self.step, self.minutes = 0, 0.0
        if previous:
            self.restore(previous)
        self.first_step = self.step
        self.ema = copy.deepcopy(self.net).eval()
        if previous:
            self.ema.load_state_dict({k: v.float() for k, v in previous["ema"].items()})

    def restore(self, state):
        self.net.load_state_dict({k: v.float() for k, v in state.get("net", state["ema"]).items()})
        self.step, self.minutes = state["step"], 0.0 if self.o.restart else state["minutes"]
        for (optimizer, _), saved in zip(self.optimizers, state.get("optimizers", [])):
            optimizer.load_state_dict(saved)

    def state(self):
        return {
            "config": self.net.config.to_dict(), "step": self.step, "minutes": self.minutes,
            "net": self.net.state_dict(), "ema": self.ema.state_dict(),
            "optimizers": [o.state_dict() for o, _ in self.optimizers],
        }  # fmt: skip

    def distortion(self, image, shown, mse):
        share = self.o.perceptual
        return mse if share == 0 else (1 - share) * mse + share * PER_MSE * ssimulacra2_error(image, shown)

    def update(self, image, q, fraction):
        rate_factor = min(1, (self.step - self.first_step + 1) / 200) * (0.985 * 0.5 * (1 + math.cos(math.pi * fraction)) + 0.015)
        for optimizer, lr in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = lr * rate_factor
        y, bits = self.net(image, q, ste=fraction >= self.o.ste_from)
        bpp, mse = bits.sum(1) / (self.o.crop**2), (y - image).square().mean((1, 2, 3))
        distortion, lam = self.distortion(image, y, mse), quality_lambda(q)
        # nats per sample + lambda * MSE on [-1, 1]; the power evens out the gradients of the qualities
        loss = ((bpp * math.log(2) / 3 + lam * 4 * distortion) * (128 / lam) ** self.o.balance).mean()
        for optimizer, _ in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        if torch.isfinite(norm):
            for optimizer, _ in self.optimizers:
                optimizer.step()
        self.step += 1
        if self.step % 8 == 0:
            decay = min(0.985, (1 + self.step / 8) / (10 + self.step / 8))
            with torch.no_grad():
                torch._foreach_lerp_(list(self.ema.parameters()), list(self.net.parameters()), 1 - decay)
        return torch.stack([bpp.mean().detach(), mse.log10().mean().detach() * -10, loss.detach(), norm])


def main():
    options = arguments()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed + (1000003 if options.resume else 0))
    t = Training(options)
    crops = Crops(options.cache, options.crop, options.seed + t.step)
    print(f"{sum(p.numel() for p in t.net.parameters()) / 1e6:.2f} M parameters, {len(crops.pictures)} pictures", flush=True)
    start, before, saved, log = time.time(), t.minutes, time.time(), []
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    while t.minutes < options.minutes and t.minutes - before < options.session and not stop:
        # Stratified over the qualities: every batch sees the whole range of rates.
        q = (torch.arange(options.batch) + torch.rand(options.batch)) / options.batch
        q = q**options.skew * (QUALITIES - 1)
        row = t.update(crops.batch(options.batch).to(t.device), q.to(t.device), t.minutes / options.minutes)
        t.minutes = before + (time.time() - start) / 60
        log.append(row)
        if t.step % 200 == 0:
            bpp, psnr, loss, norm = torch.stack(log).mean(0).tolist()
            log = []
            print(f"step {t.step} min {t.minutes:.1f} bpp {bpp:.3f} psnr {psnr:.2f} loss {loss:.4f} norm {norm:.2f}", flush=True)
        if time.time() - saved > options.save_every * 60:
            save(options.out, t.state())
            saved = time.time()
    save(options.out, t.state())
    if options.eval and not stop:
        print("final", json.dumps(evaluate(t.ema, options.eval, range(0, 64, 7))), flush=True)


if __name__ == "__main__":
    main()
