"""Audits after ISO 19011: programme, plan, execution, report."""
