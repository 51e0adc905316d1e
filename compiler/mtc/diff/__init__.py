"""Two trees → a review: what the change means, what is risky about it, which objects differ.

In: two sides, each the files of a rendered tree (a folder's, a Git revision's, or a blueprint's that was
rendered in memory). Out: a Review (model/review.py) or the faults of a side: a tree that cannot be read whole
is never taken for one with less in it. Then the review as text, Markdown, JSON, HTML or annotations.

The way: objects (files to objects, matched by identity) → delta (facts of both sides, contrasted) → intent
and risks, and bodies (the places that differ). Rules of risk are one function each, by class: loss,
isolation, privilege, disruption, capacity. Must not know a blueprint or a plan: all sides are read as what
Flux applies.
"""

from mtc.diff.faults import PAGES
from mtc.diff.review import compare
from mtc.diff.risks import RULES

__all__ = ["PAGES", "RULES", "compare"]
