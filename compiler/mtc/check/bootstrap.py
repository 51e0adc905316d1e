"""The Jobs that create tenants: what runs with the keys of the API."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtc.check.findings import Finding, rule
from mtc.model.blueprint import Blueprint
from mtc.model.source import Route

PINNED = re.compile(r"[^@]+@sha256:[0-9a-f]{64}\Z")


def unpinned_image(b: Blueprint) -> Iterator[Finding]:
    """An image of the bootstrap Jobs without a digest.

    The Jobs hold the keys that may do anything on the ClearML server. A tag can be moved to another image,
    by its owner or by whoever took over the registry; a digest cannot.

    Fails:
        bootstrap: {image: "registry.example.com/python:3.13"}

    Passes:
        bootstrap:
          image: python@sha256:f3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    """
    package = b.server.applications.package
    images: list[tuple[Route, str | None]] = [
        (("spec", "bootstrap", "image"), b.bootstrap.image),
        (("spec", "server", "applications", "package", "image"), package.image if package else None),
    ]
    for route, image in images:
        if image is not None and not PINNED.match(image):
            yield Finding(
                route,
                f"the image `{image}` has no digest, and runs with the API's keys",
                f"write the digest that you tested: `{image.partition('@')[0]}@sha256:…`",
            )


RULES = (rule("bootstrap/unpinned-image", unpinned_image, "warning"),)
