"""One tenant's whole surroundings: both servers, the mounted files, the program as the pod has it."""

from __future__ import annotations

import base64
import copy
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearml_api import ClearMl
from faulty_http import Reply, Server, Stage
from kubernetes_api import Kubernetes

ROOM = Path(__file__).parents[2] / "compiler" / "mtc" / "bootstrap"
CONTROL, SECRET, TOKEN = "tenancy-system", "tenant-acme-credentials", "token.of-the.service-account"
WISH: dict[str, Any] = {
    "tenant": "acme",
    "company": {"name": "Acme", "id": None},
    "limits": {"users": 10},
    "features": {"enable": ["experiments", "reports"], "exclude": ["app_management"]},
    "admin": {"name": "Ada", "email": "ada@acme.example", "internal": False, "id": None, "rotate": 0},
    "login": {"domains": ["acme.example"], "emails": ["guest@other.example"], "adminEmails": ["boss@acme.example"]},
    "queues": ["default", "gpu-fraction-0_50"],
    "handover": {
        "accessKey": [["clearml", "agentk8sglueKey"], ["clearml", "apiserverKey"]],
        "secretKey": [["clearml", "agentk8sglueSecret"], ["clearml", "apiserverSecret"]],
    },
}


def wish(**changes: Any) -> dict[str, Any]:
    """The wish with changes: `admin__rotate=1` goes into nested objects."""
    result = copy.deepcopy(WISH)
    for path, value in changes.items():
        *parts, last = path.split("__")
        place = result
        for part in parts:
            place = place[part]
        place[last] = value
    return result


def mount(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files as the kubelet mounts a ConfigMap or Secret: links through `..data` to a dated folder."""
    real = folder / "..2025_01_01_00_00_00.1"
    real.mkdir(parents=True)
    for name, content in files.items():
        (real / name).write_bytes(content)
        (folder / name).symlink_to(Path("..data") / name)
    (folder / "..data").symlink_to(real.name)
    return folder


def mount_program(folder: Path) -> Path:
    """The ConfigMap: one key a module, flat. Gives the folder for PYTHONPATH."""
    mount(folder / "mtc" / "bootstrap", {path.name: path.read_bytes() for path in ROOM.glob("*.py")})
    return folder


@dataclass
class Result:
    code: int
    out: str

    def __str__(self) -> str:
        return f"exit {self.code}\n{self.out}"


class Zygote:
    """See zygote.py."""

    def __init__(self, program: Path, account: Path, port: int, out: Path) -> None:
        self._out = out
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-B", str(Path(__file__).with_name("zygote.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(program, port),
        )

    def run(self, argv: list[str], stage: Stage) -> Result:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps({"argv": argv, "out": str(self._out)}) + "\n")
        self.process.stdin.flush()
        stage.client(int(self.process.stdout.readline()))
        code = int(self.process.stdout.readline())
        return Result(code, self._out.read_text())

    def close(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


def environment(program: Path, port: int) -> dict[str, str]:
    """The container's environment: nothing of ours but what the Job sets."""
    return {
        "PATH": os.defpath, "PYTHONPATH": str(program), "PYTHONDONTWRITEBYTECODE": "1",
        "KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": str(port),
    }


class World:
    """Both servers, reset for each test, and ways to run the program against them."""

    def __init__(self, folder: Path, program: Path, certificates: Path) -> None:
        self.folder, self.program, self.stage = folder, program, Stage()
        self.clearml, self.kubernetes = ClearMl(), Kubernetes(TOKEN, set())
        self.api = Server(self.stage, self._clearml)
        self.cluster = Server(self.stage, self._kubernetes, str(certificates / "server.pem"))
        ca = (certificates / "ca.crt").read_bytes()
        self.account = mount(
            folder / "account", {"token": TOKEN.encode(), "ca.crt": ca, "namespace": CONTROL.encode()}
        )
        self.keys = mount(folder / "keys", {"access-key": b"SUPERKEY\n", "secret-key": b"supersecret-9\n"})
        self.zygote = Zygote(program, self.account, self.cluster.port, folder / "out")
        self.reset()

    def reset(self, **shape: Any) -> None:
        self.stage.gate.set()
        self.stage.quiet()
        self.stage.clear()
        self.clearml = ClearMl(**shape)
        rules = {(verb, CONTROL, SECRET) for verb in ("get", "patch", "update")}
        self.kubernetes = Kubernetes(TOKEN, rules)
        self.lose_state()

    def _clearml(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        return self.clearml.act(method, path, headers, body)

    def _kubernetes(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        return self.kubernetes.act(method, path, headers, body)

    def lose_state(self) -> None:
        self.kubernetes.put(CONTROL, SECRET, {"reconcile.fluxcd.io/watch": "Enabled"})

    def argv(self, wish: dict[str, Any], *flags: str) -> list[str]:
        path = self.folder / "wish.json"
        path.write_text(json.dumps(wish))
        return [
            "--wish", str(path), "--api", f"http://127.0.0.1:{self.api.port}", "--credentials", str(self.keys),
            "--service-account", str(self.account), "--retry-base-seconds", "0.005", "--deadline-seconds", "20", *flags,
        ]

    def run(self, wish: dict[str, Any], *flags: str) -> Result:
        """Run in a forked process."""
        result = self.zygote.run(self.argv(wish, *flags), self.stage)
        return self.seen(result)

    def seen(self, result: Result) -> Result:
        """Every output of every test is searched for every secret there is."""
        self.stage.quiet()
        for secret in self.spellings():
            assert secret not in result.out, result
        return result

    def spellings(self) -> set[str]:
        """Each secret plain, as a Secret's data has it, and with its key as Basic credentials are sent."""
        pairs = [("SUPERKEY", "supersecret-9"), *self.clearml.minted.items()]
        plain = [TOKEN, *(secret for _, secret in pairs), *(f"{key}:{secret}" for key, secret in pairs)]
        return {*plain, *(base64.b64encode(text.encode()).decode() for text in plain)}

    def start(self, wish: dict[str, Any], *flags: str, python: str = sys.executable) -> subprocess.Popen[str]:
        """Start the command line that the Job has. `-S` hides what is installed, as the image has nothing."""
        command = [python, "-S", "-m", "mtc.bootstrap", *self.argv(wish, *flags)]
        env = environment(self.program, self.cluster.port)
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env, cwd="/")

    def execute(self, wish: dict[str, Any], *flags: str, python: str = sys.executable) -> Result:
        with self.start(wish, *flags, python=python) as process:
            self.stage.client(process.pid)
            out, _ = process.communicate(timeout=60)
        return self.seen(Result(process.returncode, out))

    @property
    def secret(self) -> dict[str, str]:
        return self.kubernetes.data(CONTROL, SECRET)

    @property
    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self.secret["state.json"])
        return state

    def company(self, name: str = "Acme") -> dict[str, Any]:
        """The one company of that name."""
        (row,) = [row for row in self.clearml.companies.values() if row["name"] == name]
        return row

    def agree(self, wish: dict[str, Any]) -> None:
        """Assert that API, Secret and wish say the same, and that there is one of everything."""
        company, state, secret = self.company(wish["company"]["name"]), self.state, self.secret
        (admin,) = self.clearml.members(company["id"])
        assert (state["companyId"], state["adminId"], state["lease"]) == (company["id"], admin.id, None)
        assert (admin.role, admin.email, admin.name) == ("admin", wish["admin"]["email"], wish["admin"]["name"])
        ((key, pair),) = admin.credentials.items()
        assert (secret["access-key"], secret["secret-key"]) == (key, pair["secret_key"])
        assert state["rotate"] == wish["admin"]["rotate"]
        values = json.loads(secret["values.yaml"])
        for paths, value in (("accessKey", key), ("secretKey", pair["secret_key"])):
            for parts in wish["handover"][paths]:
                place = values
                for part in parts:
                    place = place[part]
                assert place == value
        users = wish["limits"]["users"]
        assert company["allowed_users"] == (None if users is None else str(users))
        assert sorted(company["features"]) == sorted(wish["features"]["enable"])
        assert sorted(company["exclude_features"]) == sorted(wish["features"]["exclude"])
        assert sorted(self.clearml.domains.get(company["id"], [])) == sorted(wish["login"]["domains"])
        whitelist = dict.fromkeys(wish["login"]["emails"], False) | dict.fromkeys(wish["login"]["adminEmails"], True)
        assert self.clearml.whitelist.get(company["id"], {}) == whitelist
        assert sorted(self.clearml.queues.get(company["id"], {})) == sorted(wish["queues"])

    def close(self) -> None:
        self.zygote.close()
        for server in (self.api, self.cluster):
            server.shutdown()
            server.server_close()


def kubeconfig(port: int, certificates: Path) -> str:
    """A person's way to the cluster, with the rights of the service account."""
    cluster = {"server": f"https://127.0.0.1:{port}", "certificate-authority": str(certificates / "ca.crt")}
    return json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "prod",
        "clusters": [{"name": "c", "cluster": cluster}],
        "users": [{"name": "me", "user": {"token": TOKEN}}],
        "contexts": [{"name": "prod", "context": {"cluster": "c", "user": "me"}}],
    })


def find_python(version: str) -> str | None:
    """An interpreter of that version, from pyenv or the path."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    near = sorted(root.glob(f"{version}.*/bin/python3"))
    return str(near[-1]) if near else shutil.which(f"python{version}")
