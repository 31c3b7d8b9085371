"""Files that somebody orders and a job makes beside the clock: their life, what packs, archives and long reports share."""
