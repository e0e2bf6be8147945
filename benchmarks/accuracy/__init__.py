"""Five ways from notes to codes side by side: patterns, model, both, the model asked for codes, and langextract."""
