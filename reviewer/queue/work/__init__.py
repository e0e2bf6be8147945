"""Working the queue off: DBOS holds which batch is under way and takes it up again; the store holds what came of it."""
