"""Shell: the look, the components, the base of all forms, and how texts and dates are shown."""
