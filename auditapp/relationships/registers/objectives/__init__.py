"""Objectives, own and joint, and the measures that tell whether they are reached."""
