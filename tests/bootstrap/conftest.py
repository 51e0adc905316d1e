"""Fixtures of the bootstrap tests: certificates, the mounted program, the world around it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from world import World, mount_program


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ca.crt; server.pem for 127.0.0.1 by it, key and chain; other.crt, a CA that signed nothing."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("no openssl on this machine to make the cluster's certificates with")
    folder = tmp_path_factory.mktemp("certificates")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    ca = ["-subj", "/CN=test-ca", "-keyout", "ca.key", "-out", "ca.crt", "-addext", "keyUsage=critical,keyCertSign"]
    leaf = ["-subj", "/CN=kubernetes", "-keyout", "server.key", "-out", "server.crt", "-CA", "ca.crt", "-CAkey", "ca.key"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"]
    other = ["-subj", "/CN=other-ca", "-keyout", "other.key", "-out", "other.crt"]
    for arguments in (ca, [*leaf, *names], other):
        command = [openssl, "req", "-x509", *key, *arguments]
        made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
    (folder / "server.pem").write_bytes((folder / "server.key").read_bytes() + (folder / "server.crt").read_bytes())
    return folder


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mount_program(tmp_path_factory.mktemp("program"))


@pytest.fixture(scope="session")
def whole_world(tmp_path_factory: pytest.TempPathFactory, program: Path, certificates: Path) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("world"), program, certificates)
    yield world
    world.close()


@pytest.fixture
def world(whole_world: World) -> World:
    whole_world.reset()
    return whole_world
