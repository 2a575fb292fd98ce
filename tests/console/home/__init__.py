"""The home of the console."""
