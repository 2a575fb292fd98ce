"""The agent's page of one ticket: conversation, composer, and everything about it beside them."""
