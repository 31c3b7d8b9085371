"""Links between records: of a section, an output or an issue to whatever stands behind it."""
