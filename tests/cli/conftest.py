"""A folder with a blueprint in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from mtc_process import blueprint


@pytest.fixture
def prod(tmp_path: Path) -> Path:
    """`prod.yaml`, of the tenants acme and globex."""
    path = tmp_path / "prod.yaml"
    path.write_text(blueprint("acme", "globex"), encoding="utf-8")
    return path
