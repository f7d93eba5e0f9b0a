"""A grown model computes what it did before."""
import pytest

torch = pytest.importorskip("torch")

from grow import grown  # noqa: E402
from model import Config, HierarchicalVAE  # noqa: E402

torch.set_num_threads(1)
SMALL = Config(
    channels=(64, 32, 32, 32), analysis=(1, 1, 1, 1), latents=((8, 8), (8,), (8,), (8,)),
    phases=((1, 2), (0,), (0,), (0,)), tail=1, components=2, group=8,
)


def test_new_blocks_begin_by_adding_nothing():
    torch.manual_seed(1)
    old = HierarchicalVAE(SMALL)
    new = grown(old, 3, (2, 1, 3, 2))
    assert len(new.tail) == 3 and [len(stack) for stack in new.analysis] == [2, 1, 3, 2]
    image, quality = torch.rand(1, 64, 128, 3), torch.tensor([20.0])
    with torch.no_grad():
        (y, bits), (z, more) = (net(image, quality, ste=True, hard=True, dtype=torch.float32) for net in (old, new))
    assert torch.equal(y, z) and torch.equal(bits, more)


def test_models_do_not_shrink():
    with pytest.raises(ValueError):
        grown(HierarchicalVAE(SMALL), 0, (1, 1, 1, 1))
