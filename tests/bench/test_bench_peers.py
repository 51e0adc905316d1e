"""Peers are compared on the same documents: a changed value is caught."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bench.cases import Workshop
from bench.peers.compared import KAPITAN, Peer, compared, missing, prepared
from bench.peers.equal import difference, documents
from bench.peers.kapitan import PROGRAM
from bench.timing import cost
from documents import ROOT

TENANTS = 3


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("bench"), quick=True)


@pytest.fixture(scope="module")
def peers(shop: Workshop) -> list[Peer]:
    return prepared(shop, TENANTS)


@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_peer_writes_the_documents_that_mtc_writes(shop: Workshop, peers: list[Peer], index: int) -> None:
    own = [*(shop.tree(TENANTS) / "tenants").glob("*/*"), *(shop.tree(TENANTS) / "flux").glob("tenant-*")]
    assert compared(shop, TENANTS, peers[index]) == len(own) >= 14 * TENANTS


def test_kapitan_writes_them_too(shop: Workshop, peers: list[Peer]) -> None:
    if missing():
        pytest.skip(f"kapitan is {missing()[KAPITAN]}")
    for peer in peers[3:]:
        assert compared(shop, TENANTS, peer) >= 14 * TENANTS


def test_a_changed_value_is_caught(shop: Workshop, peers: list[Peer]) -> None:
    """One number in one document of one tenant; and then a document too few, and one too many."""
    peer = peers[0]
    cost(peer.command)
    path = peer.out / "t00001" / "bootstrap.job.yaml"
    text = path.read_text(encoding="utf-8")
    command = [sys.executable, "-m", "bench.peers.equal", str(shop.tree(TENANTS)), str(peer.out)]

    def said() -> tuple[int, str]:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        return done.returncode, done.stderr

    assert said() == (0, "")
    path.write_text(text.replace("backoffLimit: ", "backoffLimit: 1"), encoding="utf-8")
    code, words = said()
    assert code == 1
    assert "1 of " in words
    assert "Job bootstrap-t00001" in words
    path.unlink()
    assert said()[0] == 1
    path.write_text(text + "---\n" + text, encoding="utf-8")
    assert said()[0] == 1
    shutil.rmtree(peer.out)


def test_documents_are_equal_whatever_their_spelling_and_their_files_names(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text('{"b": "1", "a": [1]}', encoding="utf-8")
    (tmp_path / "b.yaml").write_text("a:\n- 1\nb: '1'\n", encoding="utf-8")
    (tmp_path / "c.yaml").write_text("a:\n- 1\nb: 1\n", encoding="utf-8")
    one, same, other = (documents([tmp_path / f"{name}.yaml"]) for name in "abc")
    assert difference(one, same) is None
    assert difference(one, other) is not None


def test_kapitan_is_the_one_that_make_installs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert PROGRAM.parts[:2] == (".tools", "kapitan")
    assert "$(TOOLS)/kapitan/bin/pip install --quiet 'kapitan[reclass-rs]==" in makefile


def test_the_first_tenants_words_are_in_no_template(shop: Workshop, peers: list[Peer]) -> None:
    source = shop.folder / f"peers{TENANTS}"
    texts = [path.read_text(encoding="utf-8") for path in source.rglob("*.j2")]
    assert texts
    assert [text for text in [*texts, (source / "builder.py").read_text("utf-8")] if "t00000" in text] == []
    assert len(yaml.safe_load((source / "tenants.json").read_text("utf-8"))) == TENANTS
