"""For whoever runs the product: what is wrong and what to do, and what it refuses to start with."""
