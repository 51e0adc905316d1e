"""What is begun before the arguments are read: reading them takes as long as getting ready does."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mtc.prepared import Helper


def helper_for(arguments: Sequence[str]) -> AbstractContextManager[Helper | None]:
    """Another process that gets ready, for a command that seems to render few tenants.

    A guess: it never changes what is said, only how soon.
    """
    if arguments[:1] != ["render"]:
        return nullcontext()
    from mtc.prepared import is_small, prepared_helper

    if any(argument.startswith("--tenant") for argument in arguments):
        return prepared_helper(many=True)
    return prepared_helper(many=False) if any(map(is_small, arguments)) else nullcontext()
