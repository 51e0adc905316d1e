"""yaml-language-server over its stdio, as VS Code speaks to it: JSON-RPC 2.0 with `Content-Length` headers (LSP 3.17)."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

from documents import ROOT

SERVER = ROOT / ".tools" / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
PATIENCE = 60  # seconds
# What an editor without settings of its own answers; no schema is fetched from anywhere.
SETTINGS = {
    "yaml": {"validate": True, "hover": True, "completion": True, "schemas": {}, "schemaStore": {"enable": False}}
}


def lacking() -> str | None:
    """What this machine has not got; None where the server can run."""
    if shutil.which("node") is None:
        return "no node on this machine: no editor's language server"
    return None if SERVER.exists() else "yaml-language-server is not installed: `make tools` does it"


class LanguageServer:
    """One server, and one folder that is open in the editor."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            ["node", SERVER, "--stdio"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._received: queue.Queue[dict[str, Any]] = queue.Queue()
        self._squiggles: dict[str, list[dict[str, Any]]] = {}
        self._requests = 0
        threading.Thread(target=self._listen, daemon=True).start()
        completion = {"completionItem": {"documentationFormat": ["markdown"], "snippetSupport": True}}
        can: dict[str, Any] = {"completion": completion, "hover": {"contentFormat": ["markdown"]}}
        capabilities = {"textDocument": can, "workspace": {"configuration": True}}
        self.ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities})
        self.tell("initialized", {})

    def close(self) -> None:
        self.ask("shutdown", None)
        self.tell("exit", None)
        assert self._process.wait(timeout=PATIENCE) == 0
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()

    def open(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})

    def squiggles(self, path: Path) -> list[dict[str, Any]]:
        """The diagnostics that it publishes of an opened file."""
        while path.as_uri() not in self._squiggles:
            self._take(self._received.get(timeout=PATIENCE))
        return self._squiggles.pop(path.as_uri())

    def ask(self, method: str, parameters: Any) -> Any:
        """A request's result."""
        self._requests += 1
        self._send({"id": self._requests, "method": method, "params": parameters})
        while True:
            message = self._received.get(timeout=PATIENCE)
            if message.get("id") == self._requests and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            self._take(message)

    def tell(self, method: str, parameters: Any) -> None:
        self._send({"method": method, "params": parameters})

    def _take(self, message: dict[str, Any]) -> None:
        """What the server says by itself: its questions are answered, its diagnostics kept."""
        if message.get("method") == "textDocument/publishDiagnostics":
            self._squiggles[message["params"]["uri"]] = message["params"]["diagnostics"]
        if "id" in message and "method" in message:
            sections = [item.get("section", "") for item in (message.get("params") or {}).get("items", [])]
            self._send({"id": message["id"], "result": [SETTINGS.get(section) for section in sections] or None})

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            if header.lower().startswith(b"content-length:"):
                length = int(header.partition(b":")[2])
                while stream.readline().strip():  # the other headers, up to the empty line
                    pass
                self._received.put(json.loads(stream.read(length)))
