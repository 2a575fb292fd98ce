"""The list of tickets: tabs, filters, search, acts on many, CSV."""
