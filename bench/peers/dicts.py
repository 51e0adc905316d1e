"""Dicts, dumped as YAML: `python bench/peers/dicts.py INPUT FOLDER pyyaml|ruamel`."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

Dump = Callable[[Any, TextIO], None]


def pyyaml() -> Dump:
    """PyYAML's dumper in C, its fastest."""
    import yaml  # noqa: PLC0415

    return lambda document, file: yaml.dump(document, file, Dumper=yaml.CSafeDumper, sort_keys=False)


def ruamel() -> Dump:
    """ruamel.yaml as people use it: round-trip, which is its default."""
    from ruamel.yaml import YAML  # noqa: PLC0415

    return YAML().dump


def main(source: Path, out: Path, dump: Dump) -> None:
    """One folder for each tenant, one file for each document."""
    sys.path.insert(0, str(source))
    from builder import documents  # type: ignore[import-not-found] # noqa: PLC0415 - made by derive.py

    for tenant in json.loads((source / "tenants.json").read_text(encoding="utf-8")):
        folder = out / tenant["name"]
        folder.mkdir(parents=True)
        for name, document in documents(tenant).items():
            with (folder / name).open("w", encoding="utf-8") as file:
                dump(document, file)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), {"pyyaml": pyyaml, "ruamel": ruamel}[sys.argv[3]]())
