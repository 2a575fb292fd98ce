"""One's own desk in five steps: from an empty installation to the first ticket."""
