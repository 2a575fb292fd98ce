"""Where the model that was made here lies: in the data folder, named after everything that shaped it."""

from pathlib import Path

from tickets.triage.minilm.weights import SHA256

# Raise it when the graph changes: the points change, too.
_RECIPE = 1
DIGEST = f"minilm-l6-{SHA256['model.safetensors'][:8]}-int8-{_RECIPE}"


def model_file(data: Path | None = None) -> Path:
    """Of the data folder `data`; else of the one in the settings."""
    if data is None:
        from django.conf import settings

        data = Path(settings.DATA_DIR)
    return data / "models" / f"{DIGEST}.onnx"


def tokenizer_of(model: Path) -> Path:
    return model.with_suffix(".tokenizer.json")
