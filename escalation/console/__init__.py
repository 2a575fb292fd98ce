"""What staff see of promises beyond a single ticket."""
