"""The tamper-evident record: an append-only chain of hashes over what was reviewed, decided and asked of a model."""
