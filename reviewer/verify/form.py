"""The form of a stored review: it loads as the contract's type, and written again it is the same.

So nothing is left out that has a default, no value stands in another form, and no word of a closed list was made up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from pydantic import ValidationError

from reviewer.verify.problems import Problem, differences
from reviewer.verify.records import Plain


def check(review: Plain) -> Iterator[Problem]:
    """Where the review is not what writing it would give."""
    from reviewer.report.published import published_values
    from reviewer.review import Review

    try:
        loaded = Review.model_validate_json(json.dumps(review))
    except ValidationError as problem:
        for error in problem.errors(include_input=False, include_url=False, include_context=False)[:5]:
            yield Problem(".".join(str(part) for part in error["loc"]) or "review", "is not in the form of a review")
        return
    for one in differences("", review, published_values(loaded)):
        yield Problem(one.at.lstrip("."), "is not as a review is written")
