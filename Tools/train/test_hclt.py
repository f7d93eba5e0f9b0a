"""Hidden Chow-Liu trees against enumeration, and the file that the program reads."""
import itertools, math, struct, zlib

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("scipy")

import hclt  # noqa: E402

torch.set_num_threads(1)

PARENTS = np.array([1, -1, 1, 2, 2])
STATES, ALPHABET = 3, 4


def random_tree(seed=1):
    torch.manual_seed(seed)
    tree = hclt.Tree(PARENTS, STATES, ALPHABET, "cpu")
    tree.initial = torch.rand(STATES).softmax(0)
    tree.transitions = torch.randn(5, STATES, STATES).softmax(2)
    tree.emissions = torch.randn(5, ALPHABET, STATES).softmax(1)
    return tree


def joint(tree, x):
    """p(x, z) of every assignment z of states, by enumeration."""
    for z in itertools.product(range(STATES), repeat=5):
        p = tree.initial[z[1]].item()
        for v in range(5):
            p *= tree.emissions[v, x[v], z[v]].item()
            if PARENTS[v] >= 0:
                p *= tree.transitions[v, z[PARENTS[v]], z[v]].item()
        yield z, p


def test_likelihood_and_counts_are_those_of_enumeration():
    tree = random_tree()
    x = torch.randint(0, ALPHABET, (6, 5))
    counts, expected = tree.empty_counts(), tree.empty_counts()
    log = tree.counts(x, counts)
    for row, found in zip(x.tolist(), log.tolist()):
        pairs = list(joint(tree, row))
        total = sum(p for _, p in pairs)
        assert math.isclose(math.log(total), found, abs_tol=1e-4)
        for z, p in pairs:
            expected[0][z[1]] += p / total
            for v in range(5):
                expected[2][v, row[v], z[v]] += p / total
                if PARENTS[v] >= 0:
                    expected[1][v, z[PARENTS[v]], z[v]] += p / total
    for a, b in zip(counts, expected):
        assert torch.allclose(a, b, atol=1e-3)


def test_the_tree_follows_what_depends_on_what():
    source = np.random.default_rng(2)
    images = np.zeros((4000, 6), np.uint8)
    images[:, 0] = source.integers(0, 256, 4000)
    for v in range(1, 6):
        images[:, v] = np.clip(images[:, v - 1].astype(int) + source.integers(-30, 31, 4000), 0, 255)
    parents = hclt.chow_liu(images, 8, "cpu")
    edges = {frozenset((v, int(p))) for v, p in enumerate(parents) if p >= 0}
    assert edges == {frozenset((v, v + 1)) for v in range(5)}


def test_expectation_maximisation_improves_the_likelihood():
    source = np.random.default_rng(3)
    kind = source.integers(0, 2, (600, 1))
    x = torch.from_numpy(np.where(source.random((600, 5)) < 0.9, kind * 3, source.integers(0, 4, (600, 5))))
    tree, prior, before = random_tree(4), hclt.Smoothing(torch.ones(ALPHABET), blur=0.1, share=0, variable=0.1), -math.inf
    for _ in range(15):
        counts = tree.empty_counts()
        now = tree.counts(x, counts).mean().item()
        assert now > before - 1e-3
        tree.fit(counts, prior)
        before = now
    assert before > -5.2  # independent values of two equally likely kinds would have -6.9


def test_the_file_has_the_layout_of_the_specification(tmp_path):
    tree = random_tree()
    hclt.export(tree, str(tmp_path / "tree.vcm"))
    data = (tmp_path / "tree.vcm").read_bytes()
    assert data[:12] == b"VCPT" + struct.pack("<4H", 1, 5, STATES, ALPHABET)
    assert struct.unpack("<5H", data[12:22]) == (1, 0xFFFF, 1, 2, 2)
    assert len(data) == 22 + STATES + 5 * STATES * STATES + 5 * STATES * ALPHABET + 4
    assert zlib.crc32(data[:-4]) == struct.unpack("<I", data[-4:])[0]
    emissions = np.frombuffer(data[-4 - 5 * STATES * ALPHABET : -4], np.uint8).reshape(5, STATES, ALPHABET)
    masses = 2.0 ** (emissions.astype(float) / -16)
    masses /= masses.sum(2, keepdims=True)
    assert np.allclose(masses, tree.emissions.transpose(1, 2).numpy(), rtol=0.06)


def test_impossible_values_do_not_exist():
    assert hclt.codes(torch.tensor([1.0, 0.5, 1e-9, 0])).tolist() == [0, 16, 254, 254]
