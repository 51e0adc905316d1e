"""The real kubeconform as the judge of objects, by schemas that lie on this machine and nothing else.

Each object goes into a file of its own, so that an answer's file name tells which object it is about. A
schema could refer to an address on the network: kubeconform runs with a proxy that nobody listens at.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtc.model.failure import CompilerFailure, ToolMissing
from mtc.model.plan import Plan
from mtc.model.record import changed
from mtc.model.source import Data, Route
from mtc.verify.faults import Fault
from mtc.verify.kinds import INDEX, file_name
from mtc.verify.shapes import Body, shape_faults
from mtc.verify.wording import about, at, is_private, shown

PROGRAM = "kubeconform"
PATIENCE = 600  # seconds; it takes some for ten thousand objects
# How schemas are laid out: as kubeconform names them, as kubernetes-json-schema does, as the CRDs' catalogue.
LAYOUTS = (
    "{{ .ResourceKind }}{{ .KindSuffix }}.json",
    "{{ .NormalizedKubernetesVersion }}-standalone{{ .StrictSuffix }}/"
    "{{ .ResourceKind }}{{ .KindSuffix }}.json",
    "{{ .Group }}/{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json",
)
OFFLINE = "http://127.0.0.1:9"  # the port of `discard`, where nothing answers
_AT = re.compile(r" - at '([^']*)': (.*?)(?=\s+- at '|\Z)", re.S)
_EXTRA_FIELD = re.compile(r"additional propert(?:y|ies) '([^']*)' not allowed\Z")
_NO_SCHEMA = "could not find schema for"


@dataclass(frozen=True)
class Kubeconform:
    """A judge, as `shape_faults` is one. `locations` are folders of JSON Schemas; `kubernetes` is the version
    (`1.33`) whose folder is looked into, where there is one for each.

    Judging raises ToolMissing, and CompilerFailure where kubeconform gives no answer that can be relied on.
    """

    locations: tuple[Path, ...]
    program: str = PROGRAM
    kubernetes: str | None = None

    def __call__(self, bodies: Sequence[Body]) -> Iterator[tuple[int, Fault]]:
        """(number of the object, fault). What is no object of a cluster, mtc judges itself."""
        program = self._found()
        own = [number for number, body in enumerate(bodies) if not _is_for_cluster(body)]
        for place, fault in shape_faults(bodies[number] for number in own):
            yield own[place], fault
        others = sorted(set(range(len(bodies))).difference(own))
        if others:
            yield from self._judged(program, others, bodies)

    def of(self, plan: Plan) -> Kubeconform:
        """The same, for the Kubernetes version of a plan's cluster."""
        return changed(self, kubernetes=plan.blueprint.cluster.kubernetes_version)

    def _judged(self, program: str, others: list[int], bodies: Sequence[Body]) -> Iterator[tuple[int, Fault]]:
        with tempfile.TemporaryDirectory(prefix="mtc-") as folder:
            for number in others:
                path = Path(folder, f"{number}.json")
                path.write_text(json.dumps(bodies[number]), encoding="utf-8")
            answer = self._answer(program, folder, len(others))
        without: set[str] = set()
        for resource in sorted(answer, key=lambda one: int(Path(one["filename"]).stem)):
            number = int(Path(resource["filename"]).stem)
            message, body = str(resource.get("msg", "")), bodies[number]
            if message.startswith(_NO_SCHEMA):
                name = file_name(str(body["apiVersion"]), str(body["kind"]))
                if name not in without:  # once: a schema that is missing is missing for all
                    without.add(name)
                    yield number, _no_schema(body, name)
            elif resource["status"] == "statusInvalid":
                for fault in _faults(message, body):
                    yield number, fault
            else:
                yield number, _fault((), message, body)

    def _found(self) -> str:
        found = shutil.which(self.program)
        if found is None:
            where = "on the PATH" if self.program == PROGRAM else f"at {self.program}"
            raise ToolMissing(
                f"there is no kubeconform {where}: install it, or name it with --kubeconform-bin"
            )
        return found

    def _answer(self, program: str, folder: str, count: int) -> list[dict[str, Any]]:
        """What is said of each object that is not valid, once it is sure that all were looked at."""
        command = [program, "-strict", "-summary", "-output", "json"]
        if self.kubernetes is not None:
            patch = "" if self.kubernetes.count(".") == 2 else ".0"
            command += ["-kubernetes-version", f"{self.kubernetes}{patch}"]
        for location in self.locations:
            for layout in LAYOUTS:
                command += ["-schema-location", f"{location.resolve()}/{layout}"]
        environment = {"PATH": "", "HTTP_PROXY": OFFLINE, "HTTPS_PROXY": OFFLINE}
        try:
            ran = subprocess.run(
                [*command, folder], capture_output=True, check=False, timeout=PATIENCE, env=environment
            )
        except subprocess.TimeoutExpired as error:
            raise CompilerFailure(f"kubeconform was not done after {PATIENCE} seconds") from error
        except OSError as error:
            raise CompilerFailure(f"{program} cannot be run: {error.strerror or error}") from error
        return _read(ran, count)


def _read(ran: subprocess.CompletedProcess[bytes], count: int) -> list[dict[str, Any]]:
    try:
        answer = json.loads(ran.stdout)
        summary, found = answer["summary"], answer.get("resources") or []
        looked_at = sum(int(summary[state]) for state in ("valid", "invalid", "errors", "skipped"))
        judged = [
            one for one in found if one["status"] in ("statusInvalid", "statusError") and one["filename"]
        ]
        bad = int(summary["invalid"]) + int(summary["errors"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        words = ran.stderr.decode("utf-8", "replace").strip().splitlines()
        why = f": {words[0][:200]}" if words else ""
        raise CompilerFailure(f"kubeconform ended with {ran.returncode} and no report{why}") from error
    if looked_at != count or len(judged) != bad or (ran.returncode == 0) != (bad == 0):
        raise CompilerFailure(
            f"kubeconform's report does not add up: of {count} objects it counts {looked_at}, {bad} of them "
            f"bad, and names {len(judged)}; it ended with {ran.returncode}"
        )
    return judged


def _is_for_cluster(body: Body) -> bool:
    """False for kustomize's lists of files, and for what is no object at all."""
    group, kind = body.get("apiVersion"), body.get("kind")
    return isinstance(group, str) and isinstance(kind, str) and (group, kind) != INDEX


def _no_schema(body: Body, name: str) -> Fault:
    kind, version = body["kind"], body["apiVersion"]
    message = f"kubeconform has no schema of `{kind}` of `{version}`, and has checked none of that kind"
    way_out = f"put `{name}` into a folder that `--schema-location` names"
    return Fault("tree/kubeconform", ("kind",), message, way_out, rule=name)


def _faults(message: str, body: Body) -> Iterator[Fault]:
    """A fault for each place in kubeconform's message, or one for all of it where none can be made out."""
    places: dict[Route, list[str]] = {}
    for pointer, text in _AT.findall(message):
        route, words = _route(pointer, body), " ".join(text.split())
        field = _EXTRA_FIELD.match(words)
        if field is not None and isinstance(at(body, route), dict):
            route = (*route, field[1])
        if words != "validation failed":
            places.setdefault(route, []).append(words)
    for route, said in places.items():
        yield _fault(route, "; ".join(said), body)
    if not places:
        yield _fault((), message, body)


def _fault(route: Route, words: str, body: Body) -> Fault:
    where = f"`{shown(route)}` of {about(body)}" if route else about(body)
    if body.get("kind") == "Secret" and (not route or is_private(route, body)):
        message = f"kubeconform refuses {where}"
        way_out = "run kubeconform on the file to see why; its words may hold the secret"
        return Fault("tree/secret", route[:2], message, way_out)
    on_key = "not allowed" in words
    value = None if on_key else at(body, route)
    return Fault(
        "tree/kubeconform",
        route,
        f"kubeconform refuses {where}: {words}",
        rule=words,
        on_key=on_key,
        value=value,
    )


def _route(pointer: str, body: Body) -> Route:
    """A JSON pointer as a route: a step into a list is a number."""
    route: Route = ()
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        inside: Data = at(body, route)
        route = (*route, int(key) if isinstance(inside, list) and key.isdigit() else key)
    return route
