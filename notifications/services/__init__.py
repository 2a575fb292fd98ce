"""What can be done with notifications: fan out, deliver, mark read."""
