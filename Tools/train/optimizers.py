"""Muon for the matrices of the pointwise products, AdamW for everything else.

Source: Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024); the update is scaled
to the size that AdamW's would have, as in Liu et al., "Muon is Scalable for LLM Training" (2025).
"""
import torch


def orthogonalise(m, steps=5):
    """Newton–Schulz iteration towards the nearest semi-orthogonal matrix; m [..., rows, columns] in bf16."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = m.to(torch.bfloat16)
    tall = x.shape[-2] > x.shape[-1]
    x = x.transpose(-2, -1).contiguous() if tall else x
    x = x / (x.float().norm(dim=(-2, -1), keepdim=True) + 1e-7).to(x.dtype)
    for _ in range(steps):
        g = x @ x.transpose(-2, -1)
        x = a * x + (b * g + c * (g @ g)) @ x
    return x.transpose(-2, -1) if tall else x


class Muon(torch.optim.Optimizer):
    """Matrices of equal shape are stepped together as one batch. lr is on AdamW's scale."""

    def __init__(self, params, lr=1e-3, momentum=0.95):
        super().__init__(params, dict(lr=lr, momentum=momentum))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            shapes = {}
            for p in group["params"]:
                if p.grad is not None:
                    shapes.setdefault(p.shape, []).append(p)
            for shape, params in shapes.items():
                buffers = [self.state[p].setdefault("momentum", torch.zeros_like(p)) for p in params]
                grads = [p.grad for p in params]
                torch._foreach_lerp_(buffers, grads, 1 - group["momentum"])
                nesterov = torch._foreach_lerp(grads, buffers, group["momentum"])
                update = orthogonalise(torch.stack(nesterov)).float()
                size = 0.2 * max(shape) ** 0.5
                torch._foreach_add_(params, list(update.unbind(0)), alpha=-group["lr"] * size)


def split_parameters(net, threshold=4096):
    """Parameters for Muon (large matrices inside the network) and for AdamW (the rest)."""
    matrices, others = [], []
    for name, p in net.named_parameters():
        inner = not name.startswith(("stem.", "out.")) and "depthwise" not in name and "modulation" not in name
        (matrices if p.ndim == 2 and inner and p.numel() >= threshold else others).append(p)
    return matrices, others
