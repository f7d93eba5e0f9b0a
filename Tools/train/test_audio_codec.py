"""The sound codec in floating point: exact reconstruction, what a decision costs, rates that follow quality."""
import os, shutil, sys

import numpy as np
import pytest

pytest.importorskip("scipy")
torch = pytest.importorskip("torch")
if shutil.which("g++") is None:
    pytest.skip("needs g++", allow_module_level=True)

import audio_codec as codec  # noqa: E402
import audio_prior as prior  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench"))
random = np.random.default_rng(5)


def random_splits(frames):
    return random.integers(0, codec.SPLITS, frames).astype(np.int32)


@pytest.mark.parametrize("length", [1, 2047, 2048, 12345])
def test_transform_gives_back_the_samples_whatever_the_block_sizes(length):
    splits = random_splits(-(-length // codec.SPAN))
    samples = random.normal(0, 1000, length)
    back = codec.synthesise(codec.analyse(samples, splits), splits, length)
    np.testing.assert_allclose(back, samples, atol=1e-8)


def test_transform_keeps_energy():
    splits = random_splits(6)
    samples = random.normal(0, 1000, 6 * codec.SPAN)
    assert np.isclose((codec.analyse(samples, splits) ** 2).sum(), (samples**2).sum())


def test_rotation_is_undone_and_finds_the_panned_source():
    splits = random_splits(8)
    source = random.normal(0, 1000, (8, 1, codec.SPAN))
    turn = 3 * np.pi / codec.ANGLES
    pairs = np.concatenate([source * np.cos(turn), source * np.sin(turn)], 1)
    angles = codec.choose_angles(pairs, splits)
    assert (angles[-1] == 3).all()
    turned = codec.rotate(pairs, splits, angles)
    assert np.abs(turned[-1, 1]).max() < 1e-6
    np.testing.assert_allclose(codec.rotate(turned, splits, angles, backward=True), pairs, atol=1e-8)


def test_bands_cover_every_bin_once():
    for s in range(codec.SPLITS):
        edges = codec.band_edges(codec.BANDS[s], codec.SPAN >> s, codec.NARROWEST[s])
        assert edges[0] == 0 and edges[-1] == codec.SPAN >> s and len(edges) - 1 <= codec.BANDS[s]
        assert min(np.diff(edges)) >= codec.NARROWEST[s]


def test_decisions_spell_the_symbol():
    bits, coded = prior.coefficient_decisions(torch.tensor([0, 2, 40]))
    assert bits[1].tolist()[:3] == [True, True, False] and coded.sum(1).tolist() == [1, 3, 15]
    bits, coded = prior.energy_decisions(torch.tensor([0, 1, -3]))
    assert coded.sum(1).tolist() == [1, 3, 5]
    assert [bool(b) for b, c in zip(bits[2], coded[2]) if c] == [True, False, True, True, False]


@pytest.fixture(scope="module")
def sound():
    codec.use_prior("none")
    time = np.arange(30000) / codec.RATE
    left = 0.2 * np.sin(2 * np.pi * 440 * time) + 0.02 * random.normal(size=time.size)
    return codec.Sound(np.stack([left, 0.5 * left + 0.01 * random.normal(size=time.size)], 1))


def test_better_quality_costs_more_and_errs_less(sound):
    results = [sound.code(quality) for quality in (-4, -1, 2, 5)]
    errors = [((decoded - sound.samples) ** 2).mean() for decoded, _ in results]
    rates = [sound.kbps(bits) for _, bits in results]
    assert all(a > b for a, b in zip(errors, errors[1:])) and all(a < b for a, b in zip(rates, rates[1:]))


def test_networks_of_zeros_cost_one_bit_a_decision():
    """A block of silence: one decision per band; the block size is coded with adaptive bits that start at one half."""
    codec.use_prior("none")
    silence = codec.Sound(np.zeros((codec.SPAN, 1)))
    decoded, bits = silence.code(0.0)
    assert not decoded.any() and bits[0] == codec.layout().bands[0] and bits[1] == 0


def test_rate_is_met(sound):
    _, bits = sound.at_rate(150)
    assert abs(sound.kbps(bits) / 150 - 1) < 0.01


def test_ratio_of_rates_of_shifted_curves():
    scores = pytest.importorskip("audio_scores")
    curve = [(6, 1.0), (12, 2.0), (24, 3.0), (48, 4.0)]
    halved = [(rate / 2, score) for rate, score in curve]
    assert np.isclose(scores.rate_ratio(halved, curve), 0.5)
    assert all(np.isclose(ratio, 0.5) for _, ratio in scores.worst_ratio(halved, curve))
