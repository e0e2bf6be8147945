"""The same facts under several policies: what differs, and which switch and source decided it."""

from reviewer.comparing.options import chosen
from reviewer.comparing.policies import compare, compared

__all__ = ["chosen", "compare", "compared"]
