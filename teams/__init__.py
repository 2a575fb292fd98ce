"""Who works, and when: users, organisations, teams, skills, calendars, shifts, absences, on-call."""
