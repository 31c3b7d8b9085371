"""Reports that come by themselves: who gets which, in which rhythm, by the channel that person prefers."""
