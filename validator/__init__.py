"""The deterministic half: facts and a dated rulebook in, supported codes and missing documentation out.

Pure and usable alone: standard library and pydantic only, no clock, no environment, no network.
"""

from validator.assessing import validate

__all__ = ["validate"]
