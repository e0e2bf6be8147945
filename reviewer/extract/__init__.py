"""Readers: each turns notes into the same wire facts, words with their quotes."""
