"""Every edge of the product: notes, readers, grounding, report, command line. It imports `validator`."""

__version__ = "0.1.0"
