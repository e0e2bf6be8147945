"""Queries to the authors of notes: drafted from a review, and checked before they are sent."""
