"""A classifier as bytes and back: numpy's archive without pickled objects, with one JSON document in it."""

import io
import json
import zipfile
import zlib
from dataclasses import asdict

from tickets.triage.examples import Examples
from tickets.triage.fitted import Classifier
from tickets.triage.heads import MeaningHead, WordsHead
from tickets.triage.mixing import Mixture
from tickets.triage.terms import Terms
from tickets.triage.thresholds import Thresholds

FORMAT = 1


class BrokenModel(ValueError):
    """The bytes are no classifier of this format: train again, or go on by rules."""


def pack(classifier: Classifier) -> bytes:
    import numpy as np

    about = {
        "format": FORMAT,
        "labels": classifier.labels,
        "encoder": [classifier.encoder_name, classifier.encoder_digest],
        "terms": classifier.terms.names,
        "sharpness": classifier.mixture.sharpness,
        "are_tickets": classifier.examples.are_tickets,
        "thresholds": asdict(classifier.thresholds),
    }
    packed = io.BytesIO()
    np.savez_compressed(
        packed,
        about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
        rarity=classifier.terms.rarity,
        meaning_weights=classifier.meaning.weights,
        meaning_bias=classifier.meaning.bias,
        words_weights=classifier.words.weights,
        words_bias=classifier.words.bias,
        points=classifier.examples.points,
        targets=classifier.examples.targets,
    )
    return packed.getvalue()


def unpack(stored: bytes) -> Classifier:
    """Raises BrokenModel."""
    import numpy as np

    try:
        with np.load(io.BytesIO(stored), allow_pickle=False) as found:
            about = json.loads(found["about"].tobytes())
            if about["format"] != FORMAT:
                raise BrokenModel(f"The classifier has format {about['format']}, not {FORMAT}: train again.")
            return Classifier(
                labels=about["labels"],
                encoder_name=about["encoder"][0],
                encoder_digest=about["encoder"][1],
                terms=Terms(about["terms"], found["rarity"]),
                meaning=MeaningHead(found["meaning_weights"], found["meaning_bias"]),
                words=WordsHead(found["words_weights"], found["words_bias"]),
                mixture=Mixture(tuple(about["sharpness"])),
                thresholds=Thresholds(**about["thresholds"]),
                examples=Examples(found["points"], found["targets"], about["are_tickets"]),
            )
    except BrokenModel:
        raise
    except (
        ValueError,
        KeyError,
        TypeError,
        OSError,
        EOFError,
        NotImplementedError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise BrokenModel(f"The stored classifier can't be read ({error}): train again.") from error
