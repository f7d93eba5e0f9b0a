"""The two operations that training spends its time in, with their gradients.

On a CPU with AVX-512 they run as the fused kernels of `cpu_kernels.cpp`; everywhere else as plain PyTorch
with the same meaning (`reference_*`), which is also what the tests compare the kernels with.
"""
import fcntl
import hashlib
import math
import os
from pathlib import Path

import torch
import torch.nn.functional as F

_kernels = None


def kernels():
    """The compiled CPU kernels, or None where they cannot be used."""
    global _kernels
    if _kernels is None:
        _kernels = False
        if os.environ.get("VCODEC_PLAIN_TORCH") != "1" and _has_avx512():
            _kernels = _build()
    return _kernels or None


def _build():
    """Compiles and loads the kernels; what is built is kept for each source and version of PyTorch.

    PyTorch guards a build folder by a file, which a killed build leaves behind and every later one waits for. The
    folder is therefore guarded by a lock that dies with its process, under which such a file means nothing.
    """
    from torch.utils.cpp_extension import load

    source = Path(__file__).resolve().parent / "cpu_kernels.cpp"
    flags = ["-O3", "-march=native", "-ffast-math", "-fopenmp"]
    key = hashlib.sha256(source.read_bytes() + repr((flags, torch.__version__)).encode()).hexdigest()[:16]
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vcodec" / f"kernels-{key}"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "guard", "w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        (folder / "lock").unlink(missing_ok=True)
        return load("vcodec_cpu_kernels", [str(source)], extra_cflags=flags, build_directory=str(folder))


def _has_avx512():
    try:
        with open("/proc/cpuinfo") as file:
            return "avx512_bf16" in file.read()
    except OSError:
        return False


class _FusedBlock(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, wd, bd, scale, shift, w1, b1, w2, b2):
        y, pre, mod, act = kernels().block_forward(x, wd, bd, scale, shift, w1, b1, w2, b2)
        ctx.save_for_backward(x, pre, mod, act, wd, scale, w1, w2)
        return y

    @staticmethod
    def backward(ctx, dy):
        x, pre, mod, act, wd, scale, w1, w2 = ctx.saved_tensors
        return tuple(kernels().block_backward(dy.contiguous(), x, pre, mod, act, wd, scale, w1, w2))


def reference_block(x, wd, bd, scale, shift, w1, b1, w2, b2):
    k, c = math.isqrt(wd.shape[0]), x.shape[-1]
    weight = wd.t().reshape(c, 1, k, k).to(x.dtype)
    h = F.conv2d(x.permute(0, 3, 1, 2), weight, bd.to(x.dtype), padding=k // 2, groups=c).permute(0, 2, 3, 1)
    h = h * scale[:, None, None].to(x.dtype) + shift[:, None, None].to(x.dtype)
    return x + F.linear(F.leaky_relu(F.linear(h, w1, b1.to(x.dtype)), 0.125), w2, b2.to(x.dtype))


def block(x, wd, bd, scale, shift, w1, b1, w2, b2):
    """Residual block: depthwise convolution, scale and shift, expand, leaky ReLU (slope 1/8), project, add.

    x [B,H,W,C]; wd [k*k,C] and bd [C]; scale, shift [B,C]; w1 [E,C], b1 [E]; w2 [C,E], b2 [C].
    """
    w1, w2 = w1.to(x.dtype), w2.to(x.dtype)
    if x.dtype == torch.bfloat16 and x.device.type == "cpu" and kernels():
        return _FusedBlock.apply(x.contiguous(), wd, bd, scale, shift, w1, b1, w2, b2)
    return reference_block(x, wd, bd, scale, shift, w1, b1, w2, b2)


LOG_SCALE_RANGE = (math.log(0.11), math.log(64.0))


class _FusedMixture(torch.autograd.Function):
    @staticmethod
    def forward(ctx, prior, q, log_gain, noise, components, group, ste, hard):
        bits, rec, gp, gq, gg, error = kernels().mixture_rate(prior, q, log_gain, noise, components, group, ste, hard)
        ctx.save_for_backward(gp, gq, gg, error)
        ctx.batch = log_gain.shape[0]
        return bits, rec

    @staticmethod
    def backward(ctx, dbits, drec):
        gp, gq, gg, error = ctx.saved_tensors
        w, drec = dbits[:, None], drec.float()
        gain = (gg * w - error * drec).view(ctx.batch, -1, gg.shape[1]).sum(1)
        return gp * w.to(gp.dtype), gq * w + drec, gain, None, None, None, None, None


def reference_mixture_rate(prior, q, log_gain, noise, components, group, ste, hard):
    n, z = q.shape
    groups, per = z // group, n // log_gain.shape[0]
    lg = log_gain.repeat_interleave(per, 0)
    gain = lg.exp()
    p = prior.float()
    log_weight = F.log_softmax(p[:, : components * groups].view(n, components, groups), 1)
    mean, log_scale = p[:, components * groups :].view(n, 2, components, z).unbind(1)
    spread = log_weight.exp().repeat_interleave(group, 2)
    v = q * gain
    with torch.no_grad():
        centre = (spread * mean).sum(1) * gain
        rounded = torch.round(v - centre) + centre
        error = (rounded - v) if ste else noise
    value = v + (rounded - v).detach() if hard else v + noise
    scale = (log_scale + lg[:, None]).clamp(*LOG_SCALE_RANGE).exp()
    d = (value[:, None] - mean * gain[:, None]).abs()
    root = 2**-0.5
    mass = 0.5 * (torch.erfc((d - 0.5) / scale * root) - torch.erfc((d + 0.5) / scale * root))
    log_mass = mass.clamp_min(1e-9).log().view(n, components, groups, group).sum(3)
    bits = -torch.logsumexp(log_weight + log_mass, 1).sum(1) / math.log(2)
    return bits, q + error / gain


def mixture_rate(prior, q, log_gain, noise, components, group, ste, hard):
    """Code length of latents under mixtures of Gaussians, and the latents that the decoder will see.

    prior [N, K·(G+2·Z)]: mixture logits [K,G], means [K,Z], log scales [K,Z], in units of the latent (G = Z/group).
    q [N,Z]: the posterior's mean. log_gain [B,Z], N = B·positions: log of 1/quantisation step. noise [N,Z]: in ±1/2.
    ste: the reconstruction is rounded (gradient passes straight through), otherwise noisy. hard: the rate is too.
    Returns bits [N] and the latents [N,Z].
    """
    if prior.dtype == torch.bfloat16 and prior.device.type == "cpu" and kernels():
        return _FusedMixture.apply(prior.contiguous(), q.float().contiguous(), log_gain.contiguous(), noise, components, group, ste, hard)
    return reference_mixture_rate(prior, q.float(), log_gain, noise, components, group, ste, hard)
