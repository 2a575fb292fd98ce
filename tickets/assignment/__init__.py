"""Who gets the ticket: a pure function from needs, candidates and an instant to a decision that explains itself."""
