"""A desk without a database: a discrete-event simulation that the real decision function assigns the tickets of."""
