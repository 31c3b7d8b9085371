"""The registers on paper: nonconformities with their corrective actions, and the log of reminders."""
