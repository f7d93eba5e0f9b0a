"""The exporter writes what the layer records promise."""
import pytest

torch = pytest.importorskip("torch")
np = pytest.importorskip("numpy")

import export  # noqa: E402


@pytest.mark.parametrize("ratios", [[1e-9, 3e-7], [0.5], [123.0, 1e5], [1.0, -1.0]])
def test_fixed_point_keeps_nine_digits_of_the_largest_ratio(ratios):
    m, shift = export.fixed_point(np.array(ratios))
    assert 1 <= shift <= 62 and np.abs(m).max() < 2**31
    top = int(np.argmax(np.abs(ratios)))
    assert m[top] / 2.0**shift == pytest.approx(ratios[top], rel=1e-8)


def test_pointwise_record_reproduces_the_float_product():
    torch.manual_seed(3)
    weight, bias = torch.randn(5, 16), torch.randn(5)
    w = export.Writer(export.Seen(), 1.5)
    w.pointwise(weight, bias, 256.0, 512.0)
    data = b"".join(w.parts)
    inputs, outputs, shift = int.from_bytes(data[:2], "little"), int.from_bytes(data[2:4], "little"), data[4]
    assert (inputs, outputs) == (16, 5)
    q = np.frombuffer(data, "<i2", 80, 5).reshape(5, 16).astype(np.int64)
    b = np.frombuffer(data, "<i4", 5, 165).astype(np.int64)
    m = np.frombuffer(data, "<i4", 5, 185).astype(np.int64)
    assert (np.abs(b) + 32768 * np.abs(q).sum(1) < 2**31).all() and np.abs(q).max() > 8000
    x = torch.randn(16)
    acc = b + q @ np.round(x.numpy() * 256).astype(np.int64)
    y = (acc * m + (1 << (shift - 1)) >> shift) / 512
    assert np.abs(y - (weight @ x + bias).numpy()).max() < 0.02
