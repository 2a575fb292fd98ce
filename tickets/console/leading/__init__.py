"""What leads do about who does what: load board, skills, absences, rebalancing; and every agent's own shift."""
