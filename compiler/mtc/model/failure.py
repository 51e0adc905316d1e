"""A broken environment: the only thing that is raised. A blueprint's faults are diagnostics instead."""

from __future__ import annotations


class CompilerFailure(Exception):
    """The machine, not the blueprint: one sentence for people, which the command line prints (exit 3)."""


class ToolMissing(CompilerFailure):
    """A program that was asked for is not installed."""


class DiskError(CompilerFailure):
    """A file could not be read or written: permission, space, a folder that vanished."""
