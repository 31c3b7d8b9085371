"""The numbers behind registers, trends and dashboards: one function each, drawn as charts, written as a report."""
