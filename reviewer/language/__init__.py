"""Words to values: clocks, quantities, contract terms, drug names and the cues that stand over them."""
