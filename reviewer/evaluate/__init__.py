"""How well a reader reads: its facts and codes measured against encounters that a person labelled."""
