"""Numbers and their links."""
