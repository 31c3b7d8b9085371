"""Checklists: clause libraries as versioned data: loaded, frozen, compared, merged."""
