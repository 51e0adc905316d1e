"""The application package: downloaded from a real HTTPS server, checked, unpacked, its script run for real."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import ssl
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from faulty_http import Reply, Server, Stage
from hypothesis import given, settings
from hypothesis import strategies as st
from world import Result, World, environment, find_python

from mtc.bootstrap import archive
from mtc.bootstrap.faults import Permanent, Retryable

SCRIPT = """
import argparse, base64, json, os, sys, tempfile, urllib.request
import beside
flags = argparse.ArgumentParser()
flags.add_argument("--host")
flags.add_argument("--user")
flags.add_argument("--password")
flags.add_argument("--dir")
flags.add_argument("-ml", action="store_true")
given = flags.parse_args()
assert given.ml and beside.HERE
token = base64.b64encode(f"{given.user}:{given.password}".encode()).decode()
request = urllib.request.Request(given.host + "/users.get_current_user", b"{}", {"Authorization": "Basic " + token})
answer = json.load(urllib.request.urlopen(request))
print("uploads as", answer["data"]["user"]["name"], sorted(os.listdir(given.dir)))
print("the password is", given.password, file=sys.stderr)
tempfile.NamedTemporaryFile()
print("home:", os.listdir(os.environ["HOME"]), os.environ["HOME"] == tempfile.gettempdir())
print("command line:", open("/proc/self/cmdline").read().replace(chr(0), " "))
sys.exit(int(open("code").read()))
"""


def package(more: dict[str, str] | None = None) -> bytes:
    files = {"upload_apps.py": SCRIPT, "beside.py": "HERE = True", "code": "0", "apps/one.json": "{}", **(more or {})}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in files.items():
            file.writestr(name, text)
    return buffer.getvalue()


class Shop:
    """Where the archive is downloaded from."""

    def __init__(self, certificate: str) -> None:
        self.stage, self.content, self.redirect = Stage(), b"", ""
        self.server = Server(self.stage, self._act, certificate)

    def _act(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        if path.startswith("/moved"):
            return Reply(302, b"", {"Location": self.redirect})
        return Reply(200, self.content, {}) if path.startswith("/apps.zip") else Reply(404, b"", {})

    def url(self, path: str = "/apps.zip?signature=s3cret") -> str:
        return f"https://127.0.0.1:{self.server.port}{path}"


@pytest.fixture
def shop(certificates: Path) -> Iterator[Shop]:
    shop = Shop(str(certificates / "server.pem"))
    shop.content = package()
    yield shop
    shop.server.shutdown()
    shop.server.server_close()


def run(
    world: World, shop: Shop, certificates: Path, *flags: str, python: str = sys.executable, **changes: Any
) -> Result:
    work = world.folder / "work"
    work.mkdir(exist_ok=True)
    path = world.folder / "package.json"
    path.write_text(json.dumps({"url": shop.url(), "sha256": hashlib.sha256(shop.content).hexdigest(), **changes}))
    command = [python, "-S", "-m", "mtc.bootstrap.applications", "--package", str(path), "--work", str(work)]
    command += ["--api", f"http://127.0.0.1:{world.api.port}", "--credentials", str(world.keys)]
    env = {**environment(world.program, 1), "SSL_CERT_FILE": str(certificates / "ca.crt")}
    done = subprocess.run(
        [*command, "--retry-base-seconds", "0.01", "--deadline-seconds", "0.5", *flags],
        capture_output=True, text=True, env=env, timeout=60, check=False,
    )
    assert list(work.iterdir()) == [], "it cleans up after itself"
    out = done.stdout + done.stderr
    assert "supersecret-9" not in out
    assert "s3cret" not in out
    return Result(done.returncode, out)


def test_the_package_is_uploaded_by_its_own_script(world: World, shop: Shop, certificates: Path) -> None:
    result = run(world, shop, certificates)
    assert result.code == 0, result
    assert "upload: output: uploads as supervisor ['one.json']" in result.out
    assert "upload: output: the password is ***" in result.out
    assert "upload: output: home: [] True" in result.out
    (line,) = [line for line in result.out.splitlines() if "command line:" in line]
    assert "--password" not in line


@pytest.mark.parametrize("version", ["3.9", "3.13"])
def test_the_oldest_and_a_newer_python(world: World, shop: Shop, certificates: Path, version: str) -> None:
    python = find_python(version)
    if python is None:
        pytest.skip(f"Python {version} is not on this machine")
    result = run(world, shop, certificates, python=python)
    assert result.code == 0, result


def test_other_arguments(world: World, shop: Shop, certificates: Path) -> None:
    shop.content = package({"tools/show.py": "import sys; print(sys.argv[1:])"})
    arguments = ["--key", "{key}", "--secret={secret}", "--command", "upload", "{other}", "{host}{directory}"]
    result = run(world, shop, certificates, script="tools/show.py", arguments=arguments, directory="../apps")
    assert result.code == 0, result
    host = f"http://127.0.0.1:{world.api.port}"
    assert f"['--key', 'SUPERKEY', '--secret=***', '--command', 'upload', '{{other}}', '{host}../apps']" in result.out


def test_a_script_that_fails_is_tried_again_later(world: World, shop: Shop, certificates: Path) -> None:
    shop.content = package({"code": "3"})
    result = run(world, shop, certificates)
    assert (result.code, "upload_apps.py ended with 3" in result.out) == (75, True), result


def test_a_script_that_does_not_end_is_stopped(world: World, shop: Shop, certificates: Path) -> None:
    shop.content = package({"sleep.py": "import time; time.sleep(60)"})
    result = run(world, shop, certificates, "--upload-seconds", "0.3", script="sleep.py")
    assert (result.code, "sleep.py ended with -9" in result.out) == (75, True), result


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"sha256": "00"}, "correct package.sha256"),
        ({"url": "http://127.0.0.1/apps.zip"}, "must come over https"),
        ({"script": "none.py"}, "the archive has no none.py"),
        ({"limits": {"files": 2}}, "raise limits.files"),
        ({"limits": {"bytes": 10}}, "limits.bytes"),
        ({"limits": {"archiveBytes": 10}}, "raise limits.archiveBytes"),
        ({"arguments": [1]}, "package.arguments is not a list of texts"),
        ({"sha": "x"}, "fields that this program does not know: sha"),
        ({"url": None}, "package.url is missing"),
    ],
)
def test_what_someone_has_to_change(
    world: World, shop: Shop, certificates: Path, changes: dict[str, Any], text: str
) -> None:
    result = run(world, shop, certificates, **changes)
    assert (result.code, text in result.out) == (78, True), result


def test_an_archive_that_is_none(world: World, shop: Shop, certificates: Path) -> None:
    shop.content = b"<html>log in first</html>"
    assert run(world, shop, certificates).code == 78


# Downloading.


@pytest.fixture
def trusted(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.crt"))


def fetch(shop: Shop, target: Path, path: str = "/apps.zip", timeout: float = 5) -> None:
    archive.fetch(shop.url(path), hashlib.sha256(shop.content).hexdigest(), target, 1 << 20, timeout, 60)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("kind", ["500", "429", "drop-before", "drop-after", "slow", "truncated"])
def test_a_download_that_fails_for_now(shop: Shop, tmp_path: Path, kind: str) -> None:
    shop.stage.plan(kind, 0)
    with pytest.raises(Retryable):
        fetch(shop, tmp_path / "a", timeout=0.3)
    fetch(shop, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == shop.content


@pytest.mark.usefixtures("trusted")
def test_an_archive_that_is_not_there(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(Permanent, match=r"404.*package\.url"):
        fetch(shop, tmp_path / "a", "/gone")


@pytest.mark.usefixtures("trusted")
def test_redirects_lead_to_https_alone(shop: Shop, tmp_path: Path) -> None:
    shop.redirect = shop.url()
    fetch(shop, tmp_path / "a", "/moved")
    for shop.redirect in ("http://127.0.0.1:1/apps.zip", "file:///etc/hostname", "ftp://127.0.0.1/apps.zip"):
        with pytest.raises(Permanent):
            fetch(shop, tmp_path / "b", "/moved")
    assert not (tmp_path / "b").exists()


def test_a_certificate_that_nobody_signed(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(Retryable, match=ssl.SSLCertVerificationError.__name__):
        fetch(shop, tmp_path / "a")


# Unpacking.


def archived(path: Path, *entries: tuple[str, str, int]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, text, mode in entries:
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.external_attr = mode << 16
            file.writestr(info, text)
    return path


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize(
    "entries",
    [
        [("../out", "x", 0)],
        [("a/../../out", "x", 0)],
        [("/out", "x", 0)],
        [("..\\out", "x", 0)],
        [("C:/out", "x", 0)],
        [("link", "/etc", stat.S_IFLNK | 0o777), ("link/passwd", "x", 0)],
        [("pipe", "", stat.S_IFIFO)],
        [("device", "", stat.S_IFCHR)],
        [("twice", "x", 0), ("twice", "y", 0)],
        [("file", "x", 0), ("file/below", "x", 0)],
        [("folder/file", "x", 0), ("folder", "x", 0)],
        [("", "x", 0)],
    ],
)
def test_an_archive_that_no_one_may_unpack(tmp_path: Path, entries: list[tuple[str, str, int]]) -> None:
    source = archived(tmp_path / "a.zip", *entries)
    with pytest.raises(Permanent):
        archive.unpack(source, tmp_path / "in" / "here", 1000, 10)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "in"]
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["here"]
    assert not any(path.is_symlink() for path in (tmp_path / "in").rglob("*"))


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    source = tmp_path / "a.zip"
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb", b"\0" * 5_000_000)
    content = source.read_bytes().replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    source.write_bytes(content)
    with pytest.raises(Permanent):
        archive.unpack(source, tmp_path / "in", 100_000, 10)
    assert sum(path.stat().st_size for path in (tmp_path / "in").rglob("*")) <= 100_000


names = st.lists(st.sampled_from(["a", "b", "..", ".", "c d", "é", "C:", "", "/"]), min_size=1, max_size=4).map("/".join)


@settings(max_examples=60)
@given(entries=st.lists(st.tuples(names, st.binary(max_size=20)), max_size=5))
def test_nothing_ever_lands_outside(tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[str, bytes]]) -> None:
    root = tmp_path_factory.mktemp("unpack")
    files = {name.rstrip("/"): content for name, content in entries}
    with zipfile.ZipFile(root / "a.zip", "w") as file:
        for name, content in files.items():
            info = zipfile.ZipInfo("x")
            info.filename = name
            file.writestr(info, content)
    try:
        archive.unpack(root / "a.zip", root / "in", 1000, 10)
    except Permanent:
        pass
    else:
        for name, content in files.items():
            place = (root / "in" / name).resolve()
            assert place.is_relative_to(root / "in")
            assert place.read_bytes() == content
    assert sorted(path.name for path in root.iterdir()) == ["a.zip", "in"]


def test_a_refused_scheme_makes_no_request() -> None:
    with pytest.raises(Permanent):
        archive.fetch("file:///etc/hostname", "", Path("never"), 1, 1, 1)
    assert not Path("never").exists()


def zipped(method: int, members: int = 2) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for number in range(members):
            file.writestr(f"folder/é{number}.txt", b"content " * 40)
    return buffer.getvalue()


@settings(max_examples=300, deadline=None)
@given(
    method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]),
    flips=st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 255)), min_size=1, max_size=4),
    end=st.integers(0, 10_000),
)
def test_a_damaged_archive_is_a_permanent_fault_and_never_a_bug(
    tmp_path_factory: pytest.TempPathFactory, method: int, flips: list[tuple[int, int]], end: int
) -> None:
    root = tmp_path_factory.mktemp("damaged")
    content = bytearray(zipped(method))
    for place, mask in flips:
        content[place % len(content)] ^= mask
    (root / "a.zip").write_bytes(content[: max(end % (2 * len(content)), 1)])
    with contextlib.suppress(Permanent):
        archive.unpack(root / "a.zip", root / "in", 100_000, 10)
    assert sorted(path.name for path in root.iterdir()) == ["a.zip", "in"]


@pytest.mark.parametrize("name", ["x" * 300, "/".join("x" * 200 for _ in range(30)), "a\0b", "bad\udc80"], ids=["long", "deep", "null", "bytes"])
def test_a_name_that_no_disk_takes(tmp_path: Path, name: str) -> None:
    source = tmp_path / "a.zip"
    with zipfile.ZipFile(source, "w") as file:
        info = zipfile.ZipInfo("N" * 6)
        file.writestr(info, "x")
    raw, wanted = source.read_bytes(), name.encode("utf-8", "surrogateescape")
    source.write_bytes(renamed(raw, b"N" * 6, wanted))
    try:
        archive.unpack(source, tmp_path / "in", 1000, 10)
    except Permanent:
        return
    # Whatever a name's bytes are read as, the file lies below the folder.
    assert [path for path in (tmp_path / "in").rglob("*") if path.is_file()]


def renamed(raw: bytes, old: bytes, new: bytes) -> bytes:
    """The zip with another name of its only entry, marked as UTF-8, with the lengths put right."""
    local, central = raw.index(b"PK\3\4"), raw.index(b"PK\1\2")
    end = raw.index(b"PK\5\6")
    head, size = bytearray(raw[local:central].replace(old, new)), len(new).to_bytes(2, "little")
    head[26:28], head[6:8] = size, (0x800).to_bytes(2, "little")
    entry = bytearray(raw[central:end].replace(old, new))
    entry[28:30], entry[8:10] = size, (0x800).to_bytes(2, "little")
    tail = bytearray(raw[end:])
    tail[12:16], tail[16:20] = len(entry).to_bytes(4, "little"), len(head).to_bytes(4, "little")
    return bytes(head + entry + tail)


def test_an_encrypted_archive(tmp_path: Path) -> None:
    source = archived(tmp_path / "a.zip", ("secret", "x", 0))
    raw = bytearray(source.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\1\2") + 8] |= 1
    source.write_bytes(raw)
    with pytest.raises(Permanent, match="encrypted"):
        archive.unpack(source, tmp_path / "in", 1000, 10)


@pytest.mark.usefixtures("trusted")
def test_a_download_that_drips_is_given_up(shop: Shop, tmp_path: Path) -> None:
    shop.content = b"x" * 50
    shop.stage.plan("drips", 0)
    start = time.monotonic()
    with pytest.raises(Retryable, match="more than 1 seconds"):
        archive.fetch(shop.url(), "00", tmp_path / "a", 1 << 20, 5, 1)
    assert time.monotonic() - start < 4


@pytest.mark.usefixtures("trusted")
def test_a_disk_that_is_full_is_another_machines_chance(shop: Shop) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this machine has no /dev/full")
    with pytest.raises(Retryable, match="No space left"):
        fetch(shop, Path("/dev/full"))
