"""Registers of nonconformities and actions: filters, views, bulk work, exports, the board."""
