"""Plain Jinja2 text templates: `python bench/peers/text.py INPUT FOLDER`."""

import json
import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def main(source: Path, out: Path) -> None:
    """One folder for each tenant, one file for each template."""
    environment = Environment(
        loader=FileSystemLoader(source / "templates"), keep_trailing_newline=True, undefined=StrictUndefined
    )
    names = sorted(path.name for path in (source / "templates").iterdir())
    templates = {name.removesuffix(".j2"): environment.get_template(name) for name in names}
    for tenant in json.loads((source / "tenants.json").read_text(encoding="utf-8")):
        folder = out / tenant["name"]
        folder.mkdir(parents=True)
        for name, template in templates.items():
            (folder / name).write_text(template.render(tenant), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
