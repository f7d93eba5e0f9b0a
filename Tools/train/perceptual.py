"""SSIMULACRA2's error of batches, with gradients: a distortion for training.

The metric is Jon Sneyers's (Cloudinary, 2022): maps of structural similarity and of edges made or lost, of the channels of XYB, at six
scales, each by its mean and its 4-norm, in a weighted sum. Weights and constants are those of the Python package `ssimulacra2`.
Here blurs end at the picture's border with weights that sum to one; the package's see zeros beyond it.
"""
import functools

import torch

SCALES, SIGMA, C2 = 6, 1.5, 0.0009
# The error times this is about the mean squared error of samples in 0...1, in the mean over crops of photographs as the default
# model shows them: 1/14 000 at low qualities, 1/9 000 at high ones, and from 1/2 000 to 1/43 000 from one crop to another.
PER_MSE = 1 / 11_000


@functools.cache
def blur_matrix(size):
    """[size, size]: a Gaussian along one axis as a banded product, each row summing to one."""
    distance = torch.arange(size)[None] - torch.arange(size)[:, None]
    weights = torch.exp(-(distance**2) / (2 * SIGMA**2)) * (distance.abs() <= 5)
    return weights / weights.sum(1, keepdim=True)


def blur(planes):
    """[..., H, W] -> the same, blurred."""
    rows, columns = (blur_matrix(n).to(planes.device) for n in planes.shape[-2:])
    return rows @ (planes @ columns.t())


def to_linear(srgb):
    return torch.where(srgb <= 0.04045, srgb / 12.92, ((srgb.clamp_min(0.04045) + 0.055) / 1.055) ** 2.4)


def to_xyb(linear):
    """[B,3,H,W] linear RGB -> X, Y, B as the metric shifts them, all positive."""
    from ssimulacra2.ssimulacra2 import kOpsinAbsorbanceBias, kOpsinAbsorbanceMatrix

    matrix = torch.tensor(kOpsinAbsorbanceMatrix, dtype=torch.float, device=linear.device).view(3, 3)
    bias = float(kOpsinAbsorbanceBias[0])
    mixed = torch.einsum("oc,bchw->bohw", matrix, linear) + bias
    l, m, s = (mixed.clamp_min(1e-6) ** (1 / 3) - bias ** (1 / 3)).unbind(1)
    x, y = 0.5 * (l - m), 0.5 * (l + m)
    return torch.stack([14 * x + 0.42, y + 0.01, s - y + 0.55], 1)


def norms(d):
    """[B,3,H,W] >= 0 -> [B,3,2]: the mean and the 4-norm."""
    return torch.stack([d.mean((2, 3)), ((d**4).mean((2, 3)) + 1e-12) ** 0.25], 2)


def scale_features(a, b):
    """Features of one scale, [B,3,2,3]: channel, norm, and similarity, edges made, edges lost."""
    mean_a, mean_b = blur(a), blur(b)
    variance_a, variance_b, covariance = blur(a * a) - mean_a**2, blur(b * b) - mean_b**2, blur(a * b) - mean_a * mean_b
    similarity = (1 - (mean_a - mean_b) ** 2) * (2 * covariance + C2) / (variance_a + variance_b + C2)
    edges = (1 + (b - mean_b).abs()) / (1 + (a - mean_a).abs()) - 1
    return torch.stack([norms((1 - similarity).clamp_min(0)), norms(edges.clamp_min(0)), norms((-edges).clamp_min(0))], 3)


def ssimulacra2_error(original, shown):
    """[B,H,W,3] sRGB in 0...1, both -> [B]: the weighted sum, 0 for equal pictures.

    The score is 100 − 10·p(x)^0.6276 with p(x) = 2.2249·x − 0.0191·x² + 5.46e-5·x³. Sides are multiples of 64, 256 at least.
    """
    from ssimulacra2.ssimulacra2 import weights

    table = torch.tensor(weights, dtype=torch.float, device=shown.device).view(3, SCALES, 2, 3)
    a, b = (to_linear(p.permute(0, 3, 1, 2).clamp(0, 1)) for p in (original, shown))
    total = 0
    for scale in range(SCALES):
        if scale:
            a, b = (torch.nn.functional.avg_pool2d(p, 2) for p in (a, b))
        total = total + (scale_features(to_xyb(a), to_xyb(b)) * table[:, scale]).sum((1, 2, 3))
    return total


def score(error):
    """The metric's score of an error: 100 for equal pictures, below 0 for very bad ones."""
    x = 0.9562382616834844 * error
    p = 2.326765642916932 * x - 0.020884521182843837 * x**2 + 6.248496625763138e-05 * x**3
    return 100 - 10 * p.clamp_min(0) ** 0.6276336467831387
