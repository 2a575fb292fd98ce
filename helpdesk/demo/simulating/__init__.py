"""Live traffic for a demo that is being looked at: new requests, answers from both sides, resolutions, bit by bit."""
