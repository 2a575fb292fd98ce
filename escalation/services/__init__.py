"""What can be done with promises: start and stop clocks, sweep, escalate."""
