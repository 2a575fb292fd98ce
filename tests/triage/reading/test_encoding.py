"""Texts become points: the quantised model says what the published one says, whatever is encoded beside it."""

import threading
from pathlib import Path

import numpy as np
import pytest

from tests.triage.reading.tickets import read
from tickets.triage import encoder as encoders
from tickets.triage.minilm.graph import build
from tickets.triage.minilm.making import make_model
from tickets.triage.minilm.place import tokenizer_of
from tickets.triage.minilm.running import MiniLM
from tickets.triage.minilm.weights import DamagedModel, carrier_folder, read_safetensors, verified


@pytest.fixture(scope="module")
def in_floats(model: Path, tmp_path_factory: pytest.TempPathFactory) -> MiniLM:
    source = carrier_folder()
    assert source is not None
    file = tmp_path_factory.mktemp("floats") / "floats.onnx"
    weights = read_safetensors(verified(source / "model.safetensors"))
    file.write_bytes(build(weights, is_quantised=False).SerializeToString())
    tokenizer_of(file).write_bytes(tokenizer_of(model).read_bytes())
    return MiniLM.load(file)


def test_whole_numbers_say_what_floats_say(minilm: MiniLM, in_floats: MiniLM):
    texts = read("test.csv").texts

    cosines = (minilm.encode(texts) * in_floats.encode(texts)).sum(axis=1)

    assert cosines.min() >= 0.97


def test_published_likeness_is_reproduced(in_floats: MiniLM):
    """Of the model's card and its neighbours: what means the same is near, whatever words say it."""
    refund, money_back, weather = in_floats.encode(
        ["How do I get a refund?", "I want my money back.", "The weather is lovely today."]
    )

    assert refund @ money_back > 0.55
    assert abs(refund @ weather) < 0.2


def test_a_text_gets_the_same_point_alone_and_among_others(minilm: MiniLM):
    texts = ["My card was charged twice.", "Hi", "The printer on the third floor jams. " * 12]

    together = minilm.encode(texts)

    for text, point in zip(texts, together, strict=True):
        np.testing.assert_allclose(minilm.encode([text])[0], point, atol=1e-5)


@pytest.mark.parametrize("name", ["minilm", "words_only"])
def test_points_have_unit_length_and_nothing_has_none(name: str, request: pytest.FixtureRequest):
    encoder = request.getfixturevalue(name)

    points = encoder.encode(["Where is my invoice?", "", "   ", "Straße 🚀 \u0000 العربية", "x" * 200_000])

    assert points.shape == (5, encoder.dimensions)
    assert points.dtype == np.float32
    lengths = np.linalg.norm(points, axis=1)
    np.testing.assert_allclose(lengths, [1, 0, 0, 1, 1], atol=1e-5)
    assert encoder.encode([]).shape == (0, encoder.dimensions)


def test_nothing_is_made_of_a_changed_file(tmp_path: Path):
    changed = tmp_path / "tokenizer.json"
    changed.write_text("{}")

    with pytest.raises(DamagedModel, match="not the published one"):
        verified(changed)


def test_making_leaves_what_is_there_alone(model: Path):
    before = model.stat().st_mtime_ns

    make_model(model)

    assert model.stat().st_mtime_ns == before


def test_several_threads_share_one_encoder(minilm: MiniLM):
    expected = minilm.encode(["Invoice is wrong"])[0]
    found: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: found.extend(minilm.encode(["Invoice is wrong"] * 5))) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 20
    for point in found:
        np.testing.assert_allclose(point, expected, atol=1e-5)


def test_without_the_model_file_the_encoder_is_not_to_be_had(settings, tmp_path: Path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(encoders, "_warm", {})

    assert not encoders.available("minilm")
    assert encoders.available("none")
    assert encoders.warm_up("minilm") is None
    assert not encoders.is_warm("minilm")


def test_warming_up_ends_warm():
    thread = encoders.warm_up("none")
    if thread is not None:
        thread.join(10)

    assert encoders.is_warm("none")
    assert encoders.warm_up("none") is None
