"""Code cards: everything the rulebook knows of one billing code, in plain words, and answers drawn from it."""
