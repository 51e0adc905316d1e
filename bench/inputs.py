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
