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
        x = torch.baddbmm(x, torch.baddbmm(g, g, g, beta=b, alpha=c), x, beta=a)
    return x.transpose(-2, -1) if tall else x


class Muon(torch.optim.Optimizer):
    """Matrices of equal shape are stepped together as one batch. lr is on AdamW's scale.

    Directions change slowly under momentum, so every step orthogonalises only one half of the matrices, which costs as
    much as the forward pass of a small batch, and moves the others once more by their last update.
    """

    def __init__(self, params, lr=1e-3, momentum=0.95):
        super().__init__(params, dict(lr=lr, momentum=momentum))
        self.steps = 0

    @torch.no_grad()
    def step(self):
        self.steps += 1
        for group in self.param_groups:
            shapes = {}
            for p in group["params"]:
                if p.grad is not None:
                    shapes.setdefault(p.shape, []).append(p)
            for shape, params in shapes.items():
                self.refresh(params, group["momentum"])
                size = 0.2 * max(shape) ** 0.5
                torch._foreach_add_(params, [self.state[p]["update"] for p in params], alpha=-group["lr"] * size)

    def refresh(self, params, momentum):
        buffers = [self.state[p].setdefault("momentum", torch.zeros_like(p)) for p in params]
        torch._foreach_lerp_(buffers, [p.grad for p in params], 1 - momentum)
        due = [p for i, p in enumerate(params) if "update" not in self.state[p] or (i + self.steps) % 2 == 0]
        if not due:
            return
        nesterov = torch._foreach_lerp([p.grad for p in due], [self.state[p]["momentum"] for p in due], momentum)
        for p, update in zip(due, orthogonalise(torch.stack(nesterov)).unbind(0)):
            self.state[p]["update"] = update


def split_parameters(net, threshold=4096):
    """Parameters for Muon (large matrices inside the network) and for AdamW (the rest)."""
    matrices, others = [], []
    for name, p in net.named_parameters():
        inner = not name.startswith(("stem.", "out.")) and "depthwise" not in name and "modulation" not in name
        (matrices if p.ndim == 2 and inner and p.numel() >= threshold else others).append(p)
    return matrices, others
