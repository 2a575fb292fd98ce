"""The back-office pages of this app."""
