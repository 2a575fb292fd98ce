"""The staff pages about notifications: the inbox, what one wants to hear, and the numbers beside the navigation."""
