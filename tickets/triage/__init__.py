"""Reading a ticket: what it is about, in which language, what it resembles. Values in, values out; no database."""
