"""The pre-bill queue: encounters in, reviews and a worklist out. Stands outside the street and calls `review`."""
