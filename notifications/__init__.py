"""Who hears of it, and how: kinds, preferences, channels, deliveries, live hints."""
