"""The first page of the console: what slips, what flows, who works; or one's own work."""
