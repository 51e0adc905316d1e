"""The ClearML API as far as it is documented: envelope, result codes, roles, impersonation, duplicate rules.

From the public server's behaviour: any HTTP method; JSON only with its content type; status = result_code;
names of 3 characters or more; e-mail unique over all companies, queue names per company; credentials shown once;
name filters are unanchored regular expressions. The Enterprise calls follow their published requests; what their
answers look like is not published, so it can be chosen (`Shape`).
"""

from __future__ import annotations

import base64
import itertools
import json
import re
import secrets
import string
import threading
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from faulty_http import Reply

HOME = "d1bd92a3b039400cbafc60a7a5b1e52b"
ALL = ("system", "root", "admin", "superuser", "user")
HIGH = ("system", "root")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass
class Shape:
    """What differs between servers."""

    enterprise: bool = True
    cross_tenant: bool = True  # may a system user act for users of other companies?
    unique_names: bool = True
    lists_members: bool = False  # do users.get_all* answer for another company?
    lists_emails: bool = True  # and if so, with addresses?
    shows_settings: bool = True
    shows_login: bool = True
    merges_features: bool = False
    deaf: bool = False  # answers 200 to update_company_settings and keeps what it had
    company_id_field: str = "id"
    companies_field: str | None = "companies"


class Call(NamedTuple):
    name: str
    changing: bool
    user: str


class Refusal(Exception):
    def __init__(self, code: int, subcode: int, message: str) -> None:
        super().__init__(message)
        self.code, self.subcode = code, subcode


@dataclass
class User:
    id: str
    name: str
    company: str
    role: str
    email: str | None = None
    internal: bool = False
    credentials: dict[str, dict[str, str | None]] = field(default_factory=dict)


@dataclass
class Identity:
    """Who a call is: the user it acts for, the role it is judged by, the user whose keys were sent."""

    user: User
    role: str
    caller: User


class ClearMl:
    """The server's whole state, and its calls."""

    def __init__(self, **shape: Any) -> None:
        self.shape = Shape(**shape)
        self.calls: list[Call] = []
        self.minted: dict[str, str] = {}
        self.companies: dict[str, dict[str, Any]] = {HOME: {"id": HOME, "name": "clearml"}}
        self.users: dict[str, User] = {}
        self.domains: dict[str, list[str]] = {}
        self.whitelist: dict[str, dict[str, bool]] = {}
        self.queues: dict[str, dict[str, dict[str, Any]]] = {}
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self.supervisor = self._add_user(User("__supervisor__", "supervisor", HOME, "system"), "SUPERKEY", "supersecret-9")

    def _add_user(self, user: User, key: str | None = None, secret: str | None = None) -> User:
        self.users[user.id] = user
        if key:
            user.credentials[key] = {"secret_key": secret, "label": None}
        return user

    def new_id(self) -> str:
        return f"{next(self._ids):032x}"

    def add(self, user: User, key: str, secret: str) -> User:
        """Put a user with one pair in, as if it had always been there."""
        return self._add_user(user, key, secret)

    # The wire.

    def act(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        headers = {name.lower(): value for name, value in headers.items()}
        name = re.sub(r"^/(v\d+\.\d+/)?", "", path)
        try:
            with self._lock:
                data, code, subcode, message = self._dispatch(name, headers, body), 200, 0, "OK"
        except Refusal as refusal:
            data, code, subcode, message = {}, refusal.code, refusal.subcode, str(refusal)
        envelope = {
            "meta": {
                "id": secrets.token_hex(16), "trx": "", "endpoint": {"name": name, "requested_version": "2.34"},
                "result_code": code, "result_subcode": subcode, "result_msg": message, "error_stack": None, "error_data": {},
            },
            "data": data,
        }
        return Reply(code, json.dumps(envelope).encode(), {"Content-Type": "application/json"})

    def _dispatch(self, name: str, headers: dict[str, str], body: bytes) -> Any:
        if "content-encoding" in headers:
            raise Refusal(415, 0, "Content encoding is not supported")
        entry = ENDPOINTS.get(name)
        if entry is None or (entry.enterprise and not self.shape.enterprise):
            raise Refusal(404, 0, f"Unable to find endpoint for name {name} and version 2.34")
        if name == "debug.ping":
            self.calls.append(Call(name, False, ""))
            return {"msg": "ClearML server"}
        identity = self._identify(headers, as_caller=name.startswith("auth."))
        if identity.role not in entry.roles:
            raise Refusal(403, 20, "forbidden (not allowed for role)")
        # Without its content type a body is a form whose only key is the JSON text.
        is_json = headers.get("content-type", "").startswith("application/json")
        fields = json.loads(body) if body and is_json else {}
        missing = [key for key in entry.required if fields.get(key) in (None, "")]
        if missing:
            raise Refusal(400, 12, f"Validation error (invalid schema): required {missing}")
        self.calls.append(Call(name, entry.changing, identity.user.id))
        return getattr(self, "_" + name.replace(".", "_"))(identity, fields, headers)

    def _identify(self, headers: dict[str, str], as_caller: bool) -> Identity:
        kind, _, text = headers.get("authorization", "").partition(" ")
        if kind != "Basic":
            raise Refusal(401, 20, "unauthorized (missing credentials)")
        key, _, secret = base64.b64decode(text).decode().partition(":")
        caller = next(
            (user for user in self.users.values() if user.credentials.get(key, {}).get("secret_key") == secret), None
        )
        if caller is None:
            raise Refusal(401, 22, f"unauthorized (invalid credentials) key={key} secret={secret}")
        impersonate, act_as = headers.get("x-clearml-impersonate-as"), headers.get("x-clearml-act-as")
        if impersonate and act_as:
            raise Refusal(400, 5, "invalid headers: only one of impersonate-as and act-as")
        if not impersonate and not act_as:
            return Identity(caller, caller.role, caller)
        target = self.users.get(impersonate or act_as or "")
        far = caller.role == "root" or (caller.role == "system" and self.shape.cross_tenant)
        if caller.role not in (*HIGH, "admin") or target is None or not (far or target.company == caller.company):
            raise Refusal(400, 6, "impersonation error: unknown user")
        if impersonate:
            return Identity(target, target.role, caller)
        # Act-As keeps the caller's identity where the caller itself is the object, as credentials are.
        return Identity(caller if as_caller else target, caller.role, caller)

    # Calls of the Enterprise server.

    def _system_create_company(self, _: Identity, fields: dict[str, Any], __: Any) -> Any:
        name = self._name(fields["name"])
        if self.shape.unique_names and any(row["name"] == name for row in self.companies.values()):
            raise Refusal(400, 801, "value combination already exists (company name)")
        defaults = fields.get("defaults") or {}
        identity = self.new_id()
        self.companies[identity] = {
            "id": identity, "name": name, "allowed_users": defaults.get("allowed_users"),
            "features": list(defaults.get("features") or []), "exclude_features": list(defaults.get("exclude_features") or []),
        }
        return {self.shape.company_id_field: identity}

    def _system_get_companies(self, *_: Any) -> Any:
        keys = {"id": self.shape.company_id_field, "name": "name"}
        if self.shape.shows_settings:
            keys.update({key: key for key in ("allowed_users", "features", "exclude_features")})
        table = [{shown: row.get(key) for key, shown in keys.items()} for row in self.companies.values()]
        return {self.shape.companies_field: table} if self.shape.companies_field else table

    def _system_update_company_settings(self, _: Identity, fields: dict[str, Any], __: Any) -> Any:
        row = self.companies.get(fields["company"])
        if row is None:
            raise Refusal(400, 10, "invalid object id")
        if self.shape.deaf:
            return {}
        if "features" in fields:
            kept = row.get("features", []) if self.shape.merges_features else []
            row["features"] = [*kept, *(feature for feature in fields["features"] if feature not in kept)]
        for key in ("exclude_features", "allowed_users"):
            if key in fields:
                row[key] = fields[key]
        return {}

    def _login_set_domains(self, identity: Identity, fields: dict[str, Any], _: Any) -> Any:
        if any("." not in domain or "@" in domain for domain in fields["domains"]):
            raise Refusal(400, 23, "malformed domain name")
        self.domains[identity.user.company] = list(fields["domains"])
        return {}

    def _login_add_whitelist_entries(self, identity: Identity, fields: dict[str, Any], _: Any) -> Any:
        entries = self.whitelist.setdefault(identity.user.company, {})
        entries.update({email: bool(fields.get("is_admin")) for email in fields["emails"]})
        return {}

    def _login_remove_whitelist_entries(self, identity: Identity, fields: dict[str, Any], _: Any) -> Any:
        for email in fields["emails"]:
            self.whitelist.get(identity.user.company, {}).pop(email, None)
        return {}

    def _login_get_settings(self, identity: Identity, *_: Any) -> Any:
        company = identity.user.company
        if not self.shape.shows_login:
            return {"sso": {}}
        entries = [{"email": email, "is_admin": flag} for email, flag in self.whitelist.get(company, {}).items()]
        return {"domains": self.domains.get(company, []), "whitelist": entries}

    # Calls of the public server.

    def _auth_create_user(self, identity: Identity, fields: dict[str, Any], _: Any) -> Any:
        if fields.get("role", "user") not in ("admin", "superuser", "user", "annotator"):
            raise Refusal(400, 12, "Validation error: role")
        if fields["company"] not in self.companies:
            raise Refusal(400, 10, "invalid object id")
        if identity.role == "admin" and fields["company"] != identity.user.company:
            raise Refusal(403, 20, "forbidden (not allowed for role)")
        if not EMAIL.fullmatch(fields["email"]):
            raise Refusal(400, 800, "data validation error (email)")
        if any((user.email or "").lower() == fields["email"].lower() for user in self.users.values()):
            raise Refusal(400, 801, f"value combination already exists (email {fields['email']})")
        internal = fields.get("internal") == "true"
        user = User(self.new_id(), fields["name"], fields["company"], fields.get("role", "user"), fields["email"], internal)
        return {"id": self._add_user(user).id}

    def _auth_edit_user(self, identity: Identity, fields: dict[str, Any], _: Any) -> Any:
        user = self.users.get(fields["user"])
        if user is None:
            raise Refusal(400, 300, "invalid user")
        user.role = fields.get("role", user.role)
        return {"updated": 1, "fields": {"role": user.role}}

    def _auth_create_credentials(self, identity: Identity, fields: dict[str, Any], _: Any) -> Any:
        self._unprotected(identity.user)
        key = "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(30))
        secret = secrets.token_urlsafe(48)
        self.minted[key] = secret
        identity.user.credentials[key] = {"secret_key": secret, "label": fields.get("label")}
        return {"credentials": {"access_key": key, "secret_key": secret, "label": fields.get("label")}}

    def _auth_get_credentials(self, identity: Identity, *_: Any) -> Any:
        pairs = identity.user.credentials.items()
        return {"credentials": [{"access_key": key, "label": pair["label"], "last_used": None} for key, pair in pairs]}

    def _auth_revoke_credentials(self, identity: Identity, fields: dict[str, Any], _: Any) -> Any:
        self._unprotected(identity.user)
        return {"revoked": int(identity.user.credentials.pop(fields["access_key"], None) is not None)}

    def _unprotected(self, user: User) -> None:
        if user.id.strip("_") == "supervisor":
            raise Refusal(400, 301, "invalid user id: protected identity")

    def _queues_create(self, identity: Identity, fields: dict[str, Any], _: Any) -> Any:
        name, queues = self._name(fields["name"]), self.queues.setdefault(identity.user.company, {})
        if name in queues:
            raise Refusal(400, 801, "value combination already exists (name and company)")
        queues[name] = {"id": self.new_id(), "name": name, "system_tags": []}
        return {"id": queues[name]["id"]}

    def _queues_get_all(self, identity: Identity, fields: dict[str, Any], _: Any) -> Any:
        pattern = self._pattern(fields)
        rows = [
            row for row in self.queues.get(identity.user.company, {}).values()
            if pattern.search(row["name"]) and (fields.get("search_hidden") or "k8s-glue" not in row["system_tags"])
        ]
        only = {"id", *fields["only_fields"]} if fields.get("only_fields") else None
        return {"queues": [{key: value for key, value in row.items() if not only or key in only} for row in rows]}

    def _users_get_current_user(self, identity: Identity, *_: Any) -> Any:
        user = identity.user
        company = {"id": user.company, "name": self.companies[user.company]["name"]}
        return {"user": {"id": user.id, "name": user.name, "role": identity.role, "company": company}}

    def _users_get_all(self, identity: Identity, fields: dict[str, Any], headers: dict[str, str]) -> Any:
        company, shown = identity.user.company, ["id", "name"]
        if self.shape.lists_members:
            company, shown = headers.get("x-clearml-tenant", company), ["id", "name", *(["email"] if self.shape.lists_emails else [])]
        pattern = self._pattern(fields)
        users = [user for user in self.users.values() if user.company == company and pattern.search(user.name)]
        return {"users": [{key: getattr(user, key) for key in shown} for user in users]}

    _users_get_all_ex = _users_get_all

    def _name(self, name: str) -> str:
        if len(name.strip()) < 3:
            raise Refusal(400, 800, "data validation error: name is shorter than 3 characters")
        return name.strip()

    def _pattern(self, fields: dict[str, Any]) -> re.Pattern[str]:
        try:
            return re.compile(fields.get("name", ""))
        except re.error:
            raise Refusal(400, 21, "malformed regular expression") from None

    # What the tests ask.

    def changes(self) -> list[str]:
        return [call.name for call in self.calls if call.changing]

    def members(self, company: str) -> list[User]:
        return [user for user in self.users.values() if user.company == company]


class Endpoint(NamedTuple):
    roles: tuple[str, ...] = ALL
    required: tuple[str, ...] = ()
    changing: bool = False
    enterprise: bool = False


ENDPOINTS = {
    "debug.ping": Endpoint(),
    "users.get_current_user": Endpoint(),
    "users.get_all": Endpoint(),
    "users.get_all_ex": Endpoint(),
    "system.get_companies": Endpoint(HIGH, enterprise=True),
    "system.create_company": Endpoint(HIGH, ("name",), True, True),
    "system.update_company_settings": Endpoint(HIGH, ("company",), True, True),
    "auth.create_user": Endpoint((*HIGH, "admin"), ("name", "company", "email"), True),
    "auth.edit_user": Endpoint((*HIGH, "admin"), ("user",), True),
    "auth.create_credentials": Endpoint(changing=True),
    "auth.get_credentials": Endpoint(),
    "auth.revoke_credentials": Endpoint(required=("access_key",), changing=True),
    # The guide acts as the tenant's admin with the caller's own role; a tenant admin's role is not enough.
    "login.get_settings": Endpoint(HIGH, enterprise=True),
    "login.set_domains": Endpoint(HIGH, changing=True, enterprise=True),
    "login.add_whitelist_entries": Endpoint(HIGH, ("emails",), True, True),
    "login.remove_whitelist_entries": Endpoint(HIGH, ("emails",), True, True),
    "queues.create": Endpoint(required=("name",), changing=True),
    "queues.get_all": Endpoint(),
}
