"""Answers to questions about a code, a rule or a stored review, only from rule records and quoted words, cited."""
