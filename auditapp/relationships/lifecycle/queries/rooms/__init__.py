"""What the rooms below hold that may be an expected output; each finder reads one room in a few statements."""

from auditapp.relationships.lifecycle.queries.rooms import exits, foundations, registers, together

__all__ = ["exits", "foundations", "registers", "together"]
