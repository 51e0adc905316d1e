"""The supervisor: the user that may act across tenants."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.check.findings import Finding, rule
from mtc.model.blueprint import Blueprint
from mtc.model.clearml import DEFAULT_COMPANY
from mtc.model.source import Route

DEFAULT_COMPANY_PATH = "apiserver.default_company"


def other_company(b: Blueprint) -> Iterator[Finding]:
    """A supervisor company that is not the server's default company.

    The server makes the supervisor in its default company, whatever is written here; the company that may
    see every tenant's resource usage would be one that the supervisor is not in.

    Fails:
        server: {supervisor: {email: ops@example.com, company: 4f3c2b1a0d9e8f7a6b5c4d3e2f1a0b9c}}

    Passes:
        server: {supervisor: {email: ops@example.com, company: d1bd92a3b039400cbafc60a7a5b1e52b}}
    """
    supervisor = b.server.supervisor
    default = b.server.config.get(DEFAULT_COMPANY_PATH, DEFAULT_COMPANY)
    if supervisor is not None and supervisor.company not in (None, default):
        config: Route = ("spec", "server", "config", DEFAULT_COMPANY_PATH)
        yield Finding(
            ("spec", "server", "supervisor", "company"),
            f"the supervisor's company is `{supervisor.company}`, and the server's default is another",
            f"write `company: {default}`, or take it out",
            related=((config, "the default company"),),
        )


RULES = (rule("supervisor/other-company", other_company, "warning"),)
