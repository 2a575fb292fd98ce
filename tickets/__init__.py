"""What was asked, and what happened to it: tickets, messages, attachments, the event log, assignment."""
