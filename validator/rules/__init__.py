"""One module for each family of coding rules; `coding.py` says in which order they are applied."""
