"""Signing in: one lockout for both doors, accounts by mailed link, passwords."""
