"""Two readers of the same notes, reconciled: what both read, what one read, and where they contradict each other."""
