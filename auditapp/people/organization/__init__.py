"""The organization that runs the system: its name, zone, language, country and days off."""
