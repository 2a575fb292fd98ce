"""Calls to other systems, after the Standard Webhooks specification: kept with what caused them, signed, tried for a day."""
