"""What can happen to promises: clocks start, stop and slip; levels fall due and fire."""
