"""The one-command start: PostgreSQL, a Redis-compatible server and our own processes, watched by one small supervisor.

The supervisor loads neither Django nor Celery: only `preparing` does, as a process of its own.
"""
