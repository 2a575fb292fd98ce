"""What would have happened under other policies, levels or hours: history played again in memory. Writes nothing.

What people did is taken as it was; what follows from it by promises and levels is worked out anew.
"""
