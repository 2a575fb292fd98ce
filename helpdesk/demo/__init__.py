"""A first working day to look at: a study-space platform with its support department and its customers."""
