"""Where staff work: the list of tickets, the page of one, and the ticket for a caller."""
