"""What Kubernetes, Flux or External Secrets would refuse of an object: judged by the schemas of `kinds`.

Every object is judged, by a compiled validator that takes a few microseconds: a thousand tenants' objects
cost less than a tenth of what it takes to make them. Only what is refused is looked at again, for words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mtc.model.document import listed
from mtc.model.record import changed
from mtc.model.source import Data
from mtc.verify.faults import Fault
from mtc.verify.kinds import KINDS, served, validator
from mtc.verify.repeats import repeats
from mtc.verify.wording import about, in_words

Body = Mapping[str, Data]


def shape_faults(bodies: Iterable[Body]) -> Iterator[tuple[int, Fault]]:
    """(number of the object, fault) for everything that is wrong with objects, in order.

    A kind that is not known gives a warning, tree/unchecked-kind.
    """
    accepts = validator().accepts
    for number, body in enumerate(bodies):
        api_version, kind = body.get("apiVersion"), body.get("kind")
        if not isinstance(api_version, str) or not isinstance(kind, str):
            yield number, _nameless(body)
            continue
        file = KINDS.get((api_version, kind))
        if listed(body) is not None:
            yield number, _list(body)
        elif file is None:
            yield number, _unknown(body, api_version, kind)
        elif not accepts({file: body}):
            for fault in _refused(file, body):
                yield number, fault
        elif kind == "Job":
            for fault in repeats(body):
                yield number, fault


def _refused(file: str, body: Body) -> Iterator[Fault]:
    found = validator().violations({file: dict(body)})
    return in_words((changed(violation, route=violation.route[1:]) for violation in found), body)


def _nameless(body: Body) -> Fault:
    field = "kind" if isinstance(body.get("apiVersion"), str) else "apiVersion"
    return Fault(
        "tree/shape", (), f"this is no Kubernetes object: it has no `{field}`", "give it apiVersion and kind"
    )


def _list(body: Body) -> Fault:
    """kustomize takes it apart, and applies objects that no rule has looked at."""
    message = f"{about(body)} holds objects, and what is in it is neither checked nor proved"
    return Fault("tree/shape", ("kind",), message, "write each of them as a document of its own")


def _unknown(body: Body, api_version: str, kind: str) -> Fault:
    today = served(kind, api_version.rpartition("/")[0])
    if today is not None:
        message = f"`apiVersion` of {about(body)} is `{api_version}`, which no cluster serves any more"
        return Fault("tree/shape", ("apiVersion",), message, f"write `{today}`")
    names = [str(version) for version, name in KINDS if name == kind]
    way_out = f"its known apiVersion is `{names[0]}`; " if names else ""
    return Fault(
        "tree/unchecked-kind",
        ("kind",),
        f"mtc does not know `{kind}` of `{api_version}`, and has not checked it",
        f"{way_out}check it with `mtc validate --kubeconform`, or allow `tree/unchecked-kind` with a reason",
        severity="warning",
        rule=f"{api_version}/{kind}",
    )
