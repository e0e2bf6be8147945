"""What was billed: read from a charge file or a claim, and compared with what the documentation supports.

Amounts of money, names and account numbers in such files are never read into anything, shown or stored.
"""

from reviewer.billing.comparing import compared
from reviewer.billing.files import load_billed

__all__ = ["compared", "load_billed"]
