"""The outbox of the demo: every mail and text message as whoever gets it would see it. None leaves the machine."""
