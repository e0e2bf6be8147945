"""A model of one's own: the catalogue, the fetching, and llama.cpp inside this process."""

from reviewer.local.server import local_endpoint

__all__ = ["local_endpoint"]
