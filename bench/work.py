"""Some work in Python that never changes: it says how fast a machine computes, as `cp -r` says how fast it
makes files. `python bench/work.py` does it once: 50 ms on a fast machine.

A change here makes every committed figure `work` worthless: make a new baseline with it.
"""

from __future__ import annotations

import re

ROUNDS = 800


def work(rounds: int) -> int:
    """What a compiler does: texts made of words, taken apart, counted and put in order."""
    seen: dict[str, list[str]] = {}
    for number in range(rounds):
        lines = [f"  key-{number}-{item}: {{name: t{item:05d}, port: {30000 + item}}}" for item in range(60)]
        for found in map(re.compile(r"\s*(key-\d+-\d+): \{name: (\w+), port: (\d+)\}").match, lines):
            if found is not None:
                key, name, port = found.groups()
                seen.setdefault(name, []).append(key.replace("-", "/") + port)
    return len("\n".join(key for name in sorted(seen) for key in sorted(seen[name])))


if __name__ == "__main__":
    work(ROUNDS)
