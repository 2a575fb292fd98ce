"""One file a step: what it shows, what it takes."""
