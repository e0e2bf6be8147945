"""Every edge of the product: notes, readers, grounding, report, command line. It imports `validator`."""
