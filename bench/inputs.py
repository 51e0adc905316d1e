"""The blueprints that are measured: blueprints/guide.yaml with many tenants that inherit its defaults."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TENANT = """\
    - name: t{0:05d}
      company: Company {0:05d}
      admin: {{name: Admin, email: admin@t{0:05d}.example}}
      login:
        domains: [t{0:05d}.example]
      gateway:
        host: t{0:05d}-router
"""
CHANGED = "t00007"
CLUSTER = "  cluster:\n"
FACTS = """\
    podCidrs: [10.244.0.0/16]
    serviceCidrs: [10.96.0.0/12]
    apiServerCidrs: [192.0.2.10/32]
"""


def blueprint(tenants: int) -> str:
    """guide.yaml with this many tenants of one shape, without port mode."""
    text = (ROOT / "blueprints" / "guide.yaml").read_text(encoding="utf-8")
    head = text[: text.index("  tenants:\n")]
    return head + "  tenants:\n" + "".join(map(TENANT.format, range(tenants)))


def one_changed(text: str) -> str:
    """The same with another company name for the tenant `CHANGED`."""
    return _replaced(text, "company: Company 00007\n", "company: Company Seven\n")


def all_changed(text: str) -> str:
    """The same with another version of the agents' chart: every tenant's release changes."""
    return _replaced(text, "version: 4.2.0}", "version: 4.3.0}")


def one_wall(text: str) -> str:
    """The same with a tenant in port mode: its wall gets a door, and one flow differs."""
    ports = "{portMode: true, externalIP: 203.0.113.9, startingPort: 32000}"
    return _replaced(text, "Company 00007\n", f"Company 00007\n      sessions: {ports}\n")


def all_walls(text: str) -> str:
    """The same under another profile of isolation: every tenant's policies change."""
    return _replaced(text, "profile: standard", "profile: guide")


def strict(text: str) -> str:
    """The same under strict isolation, with the facts that it needs."""
    return _replaced(_replaced(text, "profile: standard", "profile: strict"), CLUSTER, CLUSTER + FACTS)


def own_streams(text: str) -> str:
    """The same under strict isolation, with a stream port for each tenant that no other has: no two tenants
    have the same policies as they are written."""
    text = _replaced(strict(text), "flavor: task-traffic-router", "flavor: app-gateway")
    text = _replaced(text, CLUSTER, f"{CLUSTER}    nodePortRange: {{first: 1024, last: 65535}}\n")
    lines, port = [], 1024
    for line in text.splitlines(keepends=True):
        lines.append(line)
        if line.startswith("        host: t"):
            port += 1 + ((port + 1) in range(30000, 33000)) * 3000  # other ports of the blueprint
            lines.append(f"        streamPorts: {{first: {port}, last: {port}}}\n")
    return "".join(lines)


def misspelt(text: str) -> str:
    """The same with a field in every tenant that the language does not have."""
    return _replaced(text, "      company: Company ", "      compny: Company ")


def ruled_out(text: str) -> str:
    """The same with every tenant in one reserved namespace: each breaks a rule."""
    return _replaced(text, "      company: Company ", "      namespace: kube-system\n      company: Company ")


def _replaced(text: str, old: str, new: str) -> str:
    if old not in text:
        raise SystemExit(f"blueprints/guide.yaml has no `{old.strip()}` any more: see bench/inputs.py")
    return text.replace(old, new)
