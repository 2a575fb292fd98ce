"""Read models across the apps: what each number means, and the home of whoever works here."""
