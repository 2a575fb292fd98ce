"""What can be done with notifications: tell, deliver, read."""
