"""The language model as a reader: the same wire facts as the pattern reader returns, in words of the notes."""
