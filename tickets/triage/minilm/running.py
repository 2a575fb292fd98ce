"""The encoder at work: tokens in, points out, on one thread."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tickets.triage.minilm.graph import WIDTH
from tickets.triage.minilm.place import DIGEST, model_file, tokenizer_of

if TYPE_CHECKING:
    import numpy as np

# What the model was trained on; beyond it a text only gets dearer.
_MOST_TOKENS = 128
_TEXTS_AT_ONCE = 16


class MiniLM:
    """Safe to use from several threads."""

    name: Literal["minilm"] = "minilm"
    digest = DIGEST
    dimensions = WIDTH

    def __init__(self, session: Any, tokenizer: Any) -> None:
        self._session = session
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, model: Path | None = None) -> "MiniLM":
        import onnxruntime
        from tokenizers import Tokenizer

        model = model or model_file()
        reading = Tokenizer.from_file(str(tokenizer_of(model)))
        reading.enable_truncation(_MOST_TOKENS)
        reading.no_padding()
        options = onnxruntime.SessionOptions()
        # A web process has threads enough; and memory that is given back is worth more than a millisecond.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        session = onnxruntime.InferenceSession(str(model), sess_options=options, providers=["CPUExecutionProvider"])
        return cls(session, reading)

    def encode(self, texts: Sequence[str]) -> "np.ndarray":
        """n×d, unit length; an empty text is a row of zeros."""
        import numpy as np

        points = np.zeros((len(texts), WIDTH), dtype=np.float32)
        tokens = [reading.ids for reading in self._tokenizer.encode_batch([text or " " for text in texts])]
        # Texts of one length together, so that little is padded.
        order = sorted((i for i, text in enumerate(texts) if text.strip()), key=lambda i: len(tokens[i]))
        for start in range(0, len(order), _TEXTS_AT_ONCE):
            batch = order[start : start + _TEXTS_AT_ONCE]
            points[batch] = self._points([tokens[i] for i in batch])
        return points

    def _points(self, batch: list[list[int]]) -> "np.ndarray":
        import numpy as np

        longest = max(map(len, batch))
        mask = np.array([[1] * len(ids) + [0] * (longest - len(ids)) for ids in batch], dtype=np.int64)
        padded = np.array([ids + [0] * (longest - len(ids)) for ids in batch], dtype=np.int64)
        points: np.ndarray = self._session.run(["points"], {"tokens": padded, "mask": mask})[0]
        return points
