"""What secrets look like: by shape, as their issuers publish it, and by the name of what holds them."""

from __future__ import annotations

import re
from typing import Final

# What a token is, a piece that each of its kind has, and its shape, as its issuer publishes it.
TOKENS: Final = (
    ("an AWS access key", "AKIA", r"\bAKIA[0-9A-Z]{16}\b"),
    *(("a GitHub token", f"gh{kind}_", rf"\bgh{kind}_[0-9A-Za-z]{{36,}}\b") for kind in "oprsu"),
    ("a GitHub token", "github_pat_", r"\bgithub_pat_[0-9A-Za-z_]{50,}\b"),
    ("a GitLab token", "glpat-", r"\bglpat-[0-9A-Za-z_-]{20,}"),
    ("a Docker Hub token", "dckr_", r"\bdckr_(?:pat|oat)_[0-9A-Za-z_-]{20,}"),
    ("a Slack token", "xox", r"\bxox[abeoprs]-[0-9A-Za-z-]{10,}"),
    ("a Google API key", "AIza", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("a Hugging Face token", "hf_", r"\bhf_[0-9A-Za-z]{30,}\b"),
    ("a PyPI token", "pypi-", r"\bpypi-AgE[0-9A-Za-z_-]{50,}"),
    ("an npm token", "npm_", r"\bnpm_[0-9A-Za-z]{36}\b"),
    ("a Stripe key", "k_live_", r"\b[rs]k_live_[0-9A-Za-z]{20,}\b"),
    ("a SendGrid key", "SG.", r"\bSG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}"),
    ("a Vault token", "hvs.", r"\bhvs\.[0-9A-Za-z_-]{20,}"),
    ("a model provider's key", "sk-", r"\bsk-[0-9A-Za-z_-]{32,}"),
    ("a signed token (JWT)", "eyJ", r"\beyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]*"),
    ("a private key", "PRIVATE KEY", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----.*"),
    ("an age identity", "AGE-SECRET-KEY-", r"\bAGE-SECRET-KEY-1[0-9A-Z]{50,}"),
    ("a URL with a password", "://", r"(?<=://)[^\s/?#:@]+:[^\s/?#:@$<{]+(?=@)"),
)
SECRET_NAME = re.compile(
    r"(?:password|passwd|passphrase|secret|token|api_?key|access_?key|private_?key|credentials?)\Z", re.I
)
REFERENCE_NAME = re.compile(r"existing|pull|\Atls", re.I)  # `existingSecret` names a Secret, it is none
