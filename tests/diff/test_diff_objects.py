"""Files to objects: the quick way to read many alike gives what the parser gives."""

from __future__ import annotations

import pytest
from seeded import Seeded, sides

from mtc.diff.objects import Tree, is_manifest, match, read_alike, read_objects

TEMPLATE = """\
# {0}: written by mtc
apiVersion: v1
kind: ConfigMap
metadata:
  name: x-{0}
  namespace: "{0}"
  labels:
    mtc/tenant: {0}
data:
  {0}: {1}
  text: |
    {0}
     {0}: 1
"""


@pytest.mark.parametrize("blueprint", ["guide", "current", "many", "minimal"])
def test_alike_is_the_same_as_parsed(blueprint: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    entry = Seeded(id="x", blueprint=blueprint, intent=[], risks=[], set={"/metadata/name": "renamed"})
    for tree in sides(entry, tmp_path_factory.mktemp("alike")):
        paths = [path for path in tree.files if is_manifest(path)]
        assert len(paths) > 20
        for path in paths:
            assert read_alike(path, tree.files[path]) == tuple(read_objects(tree.files, (path,), []).values())


@pytest.mark.parametrize(
    "name",
    ["astronomy", "t00042", "trueish", "nullable", "on-off-yes", "e12e34", "a", "yes", "true", "mtc-name"],
)
@pytest.mark.parametrize("value", ["true", "12", "1.5", "null", "{}", '"yes"', "'it\"s'"])
def test_no_name_makes_another_value_of_a_word(name: str, value: str) -> None:
    for other in ("warm-up", name):  # the shape is known from another tenant
        data = TEMPLATE.format(other, value).encode()
        assert read_alike("x.yaml", data) == tuple(read_objects({"x.yaml": data}, ("x.yaml",), []).values())


def test_a_file_that_cannot_be_read_has_no_objects() -> None:
    assert read_alike("x.yaml", b"  mtc/tenant: astronomy\n a: [\n") == ()


def test_only_what_differs_is_matched() -> None:
    same = TEMPLATE.format("astronomy", "1").encode()
    base = Tree("base", {"a.yaml": same, "b.yaml": TEMPLATE.format("biology", "1").encode()})
    head = Tree("head", {"a.yaml": same, "b.yaml": TEMPLATE.format("biology", "2").encode()})
    pairs = match(base, head).value
    assert pairs is not None
    assert [(pair.either.tenant, pair.either.name) for pair in pairs] == [("biology", "x-biology")]
