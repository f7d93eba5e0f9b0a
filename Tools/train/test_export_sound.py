"""The sound model's integers against the floating point that they come from."""
import os, shutil, struct

import numpy as np
import pytest

pytest.importorskip("scipy")
torch = pytest.importorskip("torch")
if shutil.which("g++") is None:
    pytest.skip("needs g++", allow_module_level=True)

import audio_prior  # noqa: E402
import export_sound  # noqa: E402

MODEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Models", "sound.vcs")


def random_prior(inputs, outputs, seed):
    torch.manual_seed(seed)
    net = audio_prior.Prior(inputs, outputs, 32)
    net.mean.copy_(torch.randn(inputs))
    net.deviation.copy_(torch.rand(inputs) + 0.3)
    return net


def test_integers_give_the_logits():
    for name, inputs, outputs in (("coefficients", 28, 15), ("energies", 24, 24)):
        net = random_prior(inputs, outputs, seed=inputs)
        features = np.random.default_rng(1).normal(0, 1, (2000, inputs)).astype(np.float32)
        with torch.no_grad():
            wanted = net(torch.from_numpy(features)).numpy() * export_sound.LOGIT
        perceptron = export_sound.Perceptron(net.state_dict(), name, features)
        found = perceptron.logits(perceptron.inputs(features))
        errors = np.abs(found - np.clip(wanted, -2047, 2047))  # in 1/128 of an octave of odds
        assert errors.max() < 2
        for number, (w, b, shift) in enumerate(perceptron.layers):
            reach = 8192 if number == 0 else 32768
            assert (np.abs(b) + reach * np.abs(w).sum(1)).max() < 2**31 and np.abs(w).max() < 32768 and 1 <= shift <= 30


def test_units_that_never_answer_do_not_cost_the_others_their_precision():
    net = random_prior(24, 24, seed=3)
    with torch.no_grad():
        net.layers[0].bias[5] = -1000.0
    features = np.random.default_rng(2).normal(0, 2, (2000, 24)).astype(np.float32)
    assert min(shift for _, _, shift in export_sound.Perceptron(net.state_dict(), "energies", features).layers) > 6


def test_the_published_model_has_the_law():
    with open(MODEL, "rb") as file:
        data = file.read()
    notes = struct.unpack_from("<I", data, 13)[0]
    section = data[17 + notes + 4 :]
    assert section.startswith(export_sound.law_record())
