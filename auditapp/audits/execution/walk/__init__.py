"""The walk: opening meeting, frozen questions, answers, and two answers that met."""
