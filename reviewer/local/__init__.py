"""A model of one's own: the catalogue, the fetching, and llama.cpp inside this process."""
