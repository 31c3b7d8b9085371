"""The audit on a tablet with no network: what is taken along, what is brought back, and the proof that it is whole."""
