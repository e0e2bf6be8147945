"""What keeps a version open, or ends the run: trouble of the endpoint, the budget or the database, never of a note."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from reviewer.errors import EndpointError

DATABASE_GONE = (OperationalError, InterfaceError, NoConnectionError)
"""The database is away, full or locked: it has nothing to do with what was to be stored."""

DATABASE = (DBAPIError, NoConnectionError)

_OF_THE_REQUEST = (400, 413, 422)
_PASSING = (408, 409, 429)


class StoppedError(EndpointError):
    """The worker was told to stop before it asked; what is open stays open."""


class BudgetSpentError(EndpointError):
    """No further request may be paid; what is open stays open."""


class RefusedError(EndpointError):
    """The endpoint lives and does not want the request. `own` where that may be due to this very request."""

    def __init__(self, message: str, *, own: bool, status: int | None = None) -> None:
        super().__init__(message, status=status)
        self.own = own


def refusal(problem: EndpointError) -> RefusedError | None:
    """The refusal that an endpoint's trouble is; None where trying again later may help."""
    status = problem.status
    if status is None or not 400 <= status < 500 or status in _PASSING:
        return None
    return RefusedError(str(problem), own=status in _OF_THE_REQUEST, status=status)
