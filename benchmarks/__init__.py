"""Benchmarks: `./run bench NAME` runs one on a fresh database and says how many of its goals were met.

A benchmark is a module with `run(argv) -> list[Goal]`. It loads its own data, in bulk, and compares with fixed limits
only, never with an earlier result.
"""
