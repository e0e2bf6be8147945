"""Files to notes: reading, decoding, taking the text out of documents."""
