"""What can be done to people and teams."""
