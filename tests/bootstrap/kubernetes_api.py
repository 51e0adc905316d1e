"""The Kubernetes API for Secrets: RBAC by verb and name, resourceVersions, patch types, Status objects.

From the API conventions: a bad token is 401, a verb that no rule grants 403, an absent object 404, a stale
resourceVersion 409 (in a PUT, or in a patch that names one), an unknown patch type 415, bad base64 400, a changed
immutable Secret 422.
"""

from __future__ import annotations

import base64
import binascii
import copy
import json
import re
import threading
from typing import Any

from faulty_http import Reply

PATH = re.compile(r"/api/v1/namespaces/([a-z0-9-]+)/secrets(?:/([a-z0-9.-]+))?")
VERBS = {"GET": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete", "POST": "create"}
PATCHES = ("application/merge-patch+json", "application/strategic-merge-patch+json")


class Refusal(Exception):
    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.code, self.reason = code, reason


class Kubernetes:
    """Secrets of all namespaces, one service account and the rules it has: (verb, namespace, name)."""

    def __init__(self, token: str, rules: set[tuple[str, str, str]]) -> None:
        self.token, self.rules = token, rules
        self.secrets: dict[tuple[str, str], dict[str, Any]] = {}
        self.verbs: list[str] = []
        self._version = 1000
        self._lock = threading.Lock()

    def put(self, namespace: str, name: str, labels: dict[str, str] | None = None) -> None:
        """Make an empty Secret, as the rendered tree does."""
        metadata = {"name": name, "namespace": namespace, "labels": labels or {}}
        self.secrets[namespace, name] = self._stamp({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque"})

    def fill(self, namespace: str, name: str, data: dict[str, str]) -> None:
        """Set the Secret's data, as a person with kubectl would."""
        secret = self.secrets[namespace, name]
        encoded = {key: base64.b64encode(text.encode()).decode() for key, text in data.items()}
        self.secrets[namespace, name] = self._stamp({**secret, "data": encoded})

    def data(self, namespace: str, name: str) -> dict[str, str]:
        found = self.secrets[namespace, name].get("data") or {}
        return {key: base64.b64decode(value).decode() for key, value in found.items()}

    def act(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        headers = {name.lower(): value for name, value in headers.items()}
        try:
            with self._lock:
                status, document = 200, self._serve(method, path, headers, body)
        except Refusal as refusal:
            status = refusal.code
            document = {
                "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": str(refusal),
                "reason": refusal.reason, "code": status,
            }
        return Reply(status, json.dumps(document).encode(), {"Content-Type": "application/json"})

    def _serve(self, method: str, path: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        if headers.get("authorization") != f"Bearer {self.token}":
            raise Refusal(401, "Unauthorized", "Unauthorized")
        found = PATH.fullmatch(path.partition("?")[0])  # kubectl asks with `?timeout=`
        if not found:
            raise Refusal(404, "NotFound", "the server could not find the requested resource")
        namespace, name = found[1], found[2] or ""
        verb = VERBS[method] if name or method != "GET" else "list"
        self.verbs.append(verb)
        if (verb, namespace, name) not in self.rules:
            raise Refusal(
                403, "Forbidden", f'secrets "{name}" is forbidden: User cannot {verb} resource "secrets" in API group "" '
                f'in the namespace "{namespace}"',
            )
        current = self.secrets.get((namespace, name))
        if current is None:
            raise Refusal(404, "NotFound", f'secrets "{name}" not found')
        if verb == "get":
            return current
        new: dict[str, Any] = self._merged(current, headers, body) if verb == "patch" else json.loads(body)
        self.secrets[namespace, name] = self._checked(current, new)
        return self.secrets[namespace, name]

    def _merged(self, current: dict[str, Any], headers: dict[str, str], body: bytes) -> dict[str, Any]:
        kind = headers.get("content-type", "")
        if kind not in PATCHES:
            raise Refusal(415, "UnsupportedMediaType", f"the body of the request was in an unknown format - {kind}")
        merged: dict[str, Any] = _merge(copy.deepcopy(current), json.loads(body))
        return merged

    def _checked(self, current: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        version = new["metadata"].get("resourceVersion")
        if version and version != current["metadata"]["resourceVersion"]:
            raise Refusal(
                409, "Conflict", f'Operation cannot be fulfilled on secrets "{new["metadata"]["name"]}": the object has '
                "been modified; please apply your changes to the latest version and try again",
            )
        for key, text in (new.pop("stringData", None) or {}).items():
            new.setdefault("data", {})[key] = base64.b64encode(text.encode()).decode()
        for value in (new.get("data") or {}).values():
            try:
                base64.b64decode(value, validate=True)
            except (binascii.Error, TypeError):
                raise Refusal(400, "BadRequest", "Secret in version v1 cannot be handled: illegal base64 data") from None
        if current.get("immutable") and new.get("data") != current.get("data"):
            raise Refusal(422, "Invalid", "data: Forbidden: field is immutable when `immutable` is set")
        same = {**new, "metadata": {**new["metadata"], "resourceVersion": ""}} == {
            **current, "metadata": {**current["metadata"], "resourceVersion": ""}
        }
        return current if same else self._stamp(new)

    def _stamp(self, secret: dict[str, Any]) -> dict[str, Any]:
        self._version += 1
        secret["metadata"]["resourceVersion"] = str(self._version)
        return secret


def _merge(target: Any, patch: Any) -> Any:
    """RFC 7386: null removes, objects merge, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = target if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = _merge(result.get(key), value)
    return result
