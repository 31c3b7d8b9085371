"""When somebody may be told, and through what: working hours, holidays, absences, channels."""
