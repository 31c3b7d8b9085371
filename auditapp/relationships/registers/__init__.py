"""Registers that a plan leans on: each small, each linked."""
