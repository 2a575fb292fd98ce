"""The first page of the demo: three doors, each one click, and a tour of five minutes."""
