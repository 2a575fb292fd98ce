"""What can be done to a ticket: one file a capability, one function a verb. Every door calls these, and nothing else writes."""
