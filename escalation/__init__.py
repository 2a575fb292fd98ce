"""What was promised, and what happens when it slips: SLA policies, clocks, breaches, escalation levels."""
