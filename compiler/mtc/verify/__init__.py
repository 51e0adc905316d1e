"""Tree → diagnostics: what only the rendered objects can show.

Reads documents, never the plan's reasons, so that it cannot be fooled by what it checks. Today: no two
objects share an identity, the author's extras included. The proof of isolation joins it here.
In: a Tree, and the plan for the positions in its blueprint. Out: diagnostics.
"""

from mtc.model.rule import Page
from mtc.verify.identities import collision, verify_tree

__all__ = ["PAGES", "verify_tree"]

PAGES = (Page("names/identity", "error", collision),)
