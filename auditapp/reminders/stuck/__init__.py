"""The list of what is stuck: reminders at the end of their ladder, for the audit programme manager."""
