"""The fused CPU kernels equal plain PyTorch, values and gradients."""
import pytest

torch = pytest.importorskip("torch")

import fused  # noqa: E402

needs_kernels = pytest.mark.skipif(fused.kernels() is None, reason="no AVX-512 bf16 or no compiler")


def relative(a, b):
    return ((a.float() - b.float()).norm() / (b.float().norm() + 1e-12)).item()


@needs_kernels
@pytest.mark.parametrize("batch,height,width,channels,kernel", [(4, 5, 6, 32, 5), (3, 8, 4, 64, 3), (2, 1, 1, 16, 5)])
def test_block_equals_plain_torch(batch, height, width, channels, kernel):
    torch.manual_seed(7)
    e = 2 * channels
    shapes = [(batch, height, width, channels), (kernel**2, channels), (channels,), (batch, channels), (batch, channels)]
    shapes += [(e, channels), (e,), (channels, e), (channels,)]
    values = [torch.randn(s) / (s[-1] ** 0.5 if len(s) == 2 and s[0] > batch else 1) for s in shapes]
    values[0] = values[0].bfloat16()
    ours = [v.clone().requires_grad_() for v in values]
    theirs = [v.clone().float().requires_grad_() for v in values]
    a, b = fused.block(*ours), fused.reference_block(*theirs)
    assert relative(a, b) < 0.02
    g = torch.randn_like(b).bfloat16()
    a.backward(g), b.backward(g.float())
    for x, y in zip(ours, theirs):
        assert relative(x.grad, y.grad) < 0.08


@needs_kernels
@pytest.mark.parametrize("ste", [False, True])
@pytest.mark.parametrize("hard", [False, True])
@pytest.mark.parametrize("components", [1, 3])
def test_mixture_rate_equals_plain_torch(ste, hard, components):
    torch.manual_seed(8)
    batch, positions, z, group = 4, 9, 32, 8
    n = batch * positions
    prior = (torch.randn(n, components * (z // group + 2 * z)) * 0.3).bfloat16()
    q, log_gain, noise = torch.randn(n, z) * 0.3, torch.randn(batch, z) * 0.5, torch.rand(n, z) - 0.5
    ours = [prior.clone().requires_grad_(), q.clone().requires_grad_(), log_gain.clone().requires_grad_()]
    theirs = [prior.float().requires_grad_(), q.clone().requires_grad_(), log_gain.clone().requires_grad_()]
    a, za = fused.mixture_rate(*ours, noise, components, group, ste, hard)
    b, zb = fused.reference_mixture_rate(*theirs, noise, components, group, ste, hard)
    assert relative(a, b) < 1e-4 and relative(za, zb) < 0.01
    w, v = torch.randn(n), torch.randn(n, z)
    (a @ w + (za.float() * v).sum()).backward(), (b @ w + (zb * v).sum()).backward()
    for x, y in zip(ours, theirs):
        assert relative(x.grad, y.grad) < 0.02
