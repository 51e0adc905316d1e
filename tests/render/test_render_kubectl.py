"""The four example trees before the real readers: `kubectl kustomize` and kubeconform, both offline."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes_schemas import Definitions, write_core_schemas, write_crd_schemas

from mtc.model.document import Tree
from mtc.pipeline import compile_blueprint

ROOT = Path(__file__).parents[2]
CRDS = ROOT.parent / "shared" / "crds"
NAMES = ("guide", "minimal", "current", "many")
CORE = "1.33"
OPTIONS = ("-strict", "-summary", "-verbose", "-output", "json")
WITHOUT_SCHEMA = "ExternalSecret"  # its CRD is not among those at hand


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Tree]]:
    """Each example's tree, on the disk and in memory."""
    found = {}
    for name in NAMES:
        compiled = compile_blueprint(ROOT / "blueprints" / f"{name}.yaml")
        assert compiled.tree is not None, compiled.diagnostics
        folder = tmp_path_factory.mktemp(name)
        for path, content in compiled.tree.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        found[name] = folder, compiled.tree
    return found


def identities(objects: list[Any]) -> Counter[tuple[str, str, str, str]]:
    """What each object is, and how often."""
    return Counter(
        (
            found["apiVersion"],
            found["kind"],
            found["metadata"].get("namespace", ""),
            found["metadata"]["name"],
        )
        for found in objects
    )


def expected_in(folder: Path, at: Path) -> list[Any]:
    """The objects that a folder's kustomization.yaml brings together, read without kubectl."""
    found: list[Any] = []
    for resource in yaml.safe_load((at / "kustomization.yaml").read_bytes())["resources"]:
        path = at / resource
        assert path.resolve().is_relative_to(folder.resolve())
        found += expected_in(folder, path) if path.is_dir() else yaml.safe_load_all(path.read_bytes())
    return found


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on this machine")
@pytest.mark.parametrize("name", NAMES)
def test_kubectl_builds_every_folder(name: str, trees: dict[str, tuple[Path, Tree]]) -> None:
    folder, tree = trees[name]
    indexes = [folder / path for path in tree.files if Path(path).name == "kustomization.yaml"]
    assert {"platform", "flux"} <= {index.parent.name for index in indexes}
    listed: set[Path] = set()
    for index in indexes:
        ran = subprocess.run(
            ["kubectl", "kustomize", str(index.parent)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ran.returncode == 0, ran.stderr
        assert ran.stderr == ""
        built = [found for found in yaml.safe_load_all(ran.stdout) if found is not None]
        expected = expected_in(folder, index.parent)
        assert identities(built) == identities(expected)
        order = {key: at for at, key in enumerate(identities(expected))}
        built.sort(key=lambda found: order[next(iter(identities([found])))])
        assert built == expected, "kubectl reads every field as PyYAML does"
        listed |= {index.parent / item for item in yaml.safe_load(index.read_bytes())["resources"]}
    written = {folder / path for path in tree.files if path.endswith(".yaml")}
    assert written - set(indexes) == {path for path in listed if path.is_file()}, "no file is left out"


@pytest.fixture(scope="module")
def schemas(trees: dict[str, tuple[Path, Tree]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of schemas: Kubernetes' and Flux'."""
    if not CRDS.is_dir():
        pytest.skip("the Flux CRDs are not beside this checkout (../shared/crds)")
    folder = tmp_path_factory.mktemp("schemas")
    definitions = Definitions(CORE)
    kinds = {
        (found["apiVersion"], found["kind"]) for _, tree in trees.values() for found in cluster_objects(tree)
    }
    write_core_schemas(folder, definitions, kinds)
    for release in sorted(CRDS.iterdir()):
        write_crd_schemas(folder, definitions, release)
    return folder


@pytest.fixture(scope="module")
def kubeconform() -> str:
    """The program, from `make tools` or the PATH."""
    found = shutil.which(str(ROOT / ".tools" / "kubeconform")) or shutil.which("kubeconform")
    if found is None:
        pytest.skip("kubeconform is not on this machine; `make tools` builds it where Go is")
    return found


def validate(program: str, schemas: Path, objects: list[Any], folder: Path) -> dict[str, Any]:
    """kubeconform's JSON answer for these objects, one file each."""
    for number, found in enumerate(objects):
        name = f"{number:04}-{found['kind']}.json"
        (folder / name).write_text(json.dumps(found), encoding="utf-8")
    location = f"{schemas}/{{{{ .ResourceKind }}}}{{{{ .KindSuffix }}}}.json"
    ran = subprocess.run(
        [program, *OPTIONS, "-skip", WITHOUT_SCHEMA, "-schema-location", location, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.stdout, ran.stderr
    answer = json.loads(ran.stdout)
    assert isinstance(answer, dict)
    assert (ran.returncode == 0) == (answer["summary"]["invalid"] + answer["summary"]["errors"] == 0)
    return answer


def cluster_objects(tree: Tree) -> list[Any]:
    """Every object as the cluster gets it: kustomize's indexes aside, SOPS' own field taken off by Flux."""
    found = []
    for path, content in tree.files.items():
        if path.endswith(".yaml") and Path(path).name != "kustomization.yaml":
            for item in yaml.safe_load_all(content):
                item.pop("sops", None)
                found.append(item)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_kubeconform_passes_the_tree(
    name: str, trees: dict[str, tuple[Path, Tree]], schemas: Path, kubeconform: str, tmp_path: Path
) -> None:
    objects = cluster_objects(trees[name][1])
    answer = validate(kubeconform, schemas, objects, tmp_path)
    wrong = [one for one in answer["resources"] if one["status"] not in ("statusValid", "statusSkipped")]
    assert wrong == []
    skipped = sum(found["kind"] == WITHOUT_SCHEMA for found in objects)
    assert answer["summary"] == {
        "valid": len(objects) - skipped,
        "invalid": 0,
        "errors": 0,
        "skipped": skipped,
    }


@pytest.mark.parametrize(
    ("kind", "at", "value"),
    [
        ("HelmRelease", ("spec", "timout"), "10m"),
        ("HelmRelease", ("spec", "install", "strategy", "retires"), 3),
        ("HelmRelease", ("metadata", "lables"), {}),
        ("Kustomization", ("spec", "prune"), "yes"),
        ("HelmRepository", ("spec", "interval"), "hourly"),
        ("NetworkPolicy", ("spec", "podselector"), {}),
        ("Namespace", ("metadata", "labels", "a"), 1),
    ],
)
def test_kubeconform_would_say_so(
    kind: str,
    at: tuple[str, ...],
    value: Any,
    trees: dict[str, tuple[Path, Tree]],
    schemas: Path,
    kubeconform: str,
    tmp_path: Path,
) -> None:
    found = next(found for found in cluster_objects(trees["guide"][1]) if found["kind"] == kind)
    inner = found
    for step in at[:-1]:
        inner = inner[step]
    inner[at[-1]] = value
    answer = validate(kubeconform, schemas, [found], tmp_path)
    assert answer["summary"]["invalid"] == 1
    assert at[-1] in answer["resources"][0]["msg"]
