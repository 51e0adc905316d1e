"""The files that a team begins with: what `mtc init` writes."""

from __future__ import annotations

from mtc.render.templates import fill

# File in the new folder → the template that makes it.
_FILES = {
    "blueprint.yaml": "starter_blueprint.yaml.j2",
    "README.md": "starter_readme.md.j2",
    ".pre-commit-config.yaml": "starter_pre_commit.yaml.j2",
}


def starter_files(name: str, domain: str) -> dict[str, bytes]:
    """A folder's first files, path to UTF-8 bytes: a blueprint that renders as it is, a README, hooks.

    `name` becomes `metadata.name` (a DNS label, at most 30 characters), `domain` `spec.domain` (a DNS
    name). Neither is judged here: loading the blueprint says what is wrong with them, with a position.
    """
    values = {"name": name, "domain": domain}
    return {path: fill(template, values).encode() for path, template in _FILES.items()}
