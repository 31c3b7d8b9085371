"""People: persons, accounts, sign-in, roles, competence, and the guards in front of every page."""
