"""What a pull request could bring: blueprints that attack the machine that reads them, and the code of what is said.

SMALL is attacks by content, HUGE by size (made when asked for), FOLDERS by what lies around the blueprint.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from cli.mtc_process import blueprint

GOOD = blueprint("acme")
DIGITS = "9" * 1_000_000


def of_spec(line: str) -> str:
    """A good blueprint with one more field of `spec`."""
    return GOOD.replace("spec:\n", f"spec:\n  {line}\n", 1)


def of_tenant(field: str) -> str:
    """A good blueprint with one more field of its tenant."""
    return f"{GOOD.rstrip()[:-1]}, {field}}}\n"


def named(name: str) -> str:
    """A good blueprint with a tenant of that name, in double quotes."""
    return GOOD.replace("name: acme,", f'name: "{name}",')


def every(form: str) -> str:
    """Ten thousand of a form, in a flow list."""
    return ", ".join(map(form.format, range(10_000)))


def of_profiles(tenants: int, profiles: int) -> str:
    """A good blueprint with so many profiles, and so many tenants that each misspell one."""
    known = "  profiles:\n" + "".join(f"    profile-{n}: {{}}\n" for n in range(profiles))
    one = next(line for line in GOOD.splitlines() if "name: acme" in line)
    more = [one.replace("acme", f"t{n}").rstrip()[:-1] + f", profile: profil-{n}}}\n" for n in range(tenants)]
    return GOOD.replace("spec:\n", f"spec:\n{known}", 1) + "".join(more)


SMALL: dict[str, tuple[str, str]] = {
    "bomb": ("a: &a [x]\n" + "".join(f"{c}: &{c} [*a,*a,*a]\n" for c in "bcdef"), "yaml/anchor"),
    "alias": ("a: *a\n", "yaml/alias"),
    "recursive": ("&a [*a]\n", "yaml/anchor"),
    "merge": (GOOD + "  <<: {domain: x}\n", "yaml/merge-key"),
    "tag": ("!!python/object/apply:os.system ['id']\n", "yaml/tag"),
    "binary-tag": (named("x").replace("domain: ml", "domain: !!binary ml"), "yaml/tag"),
    "documents": (GOOD + "---\n" + GOOD, "yaml/multiple-documents"),
    "nested": ("[" * 100_000, "yaml/too-deep"),
    "nested-maps": ("{a: " * 100_000, "yaml/too-deep"),
    "nested-keys": ("? " * 100_000 + "a\n", "yaml/too-deep"),
    "nested-items": ("- " * 100_000 + "a\n", "yaml/too-deep"),
    "nested-blocks": ("".join(" " * n + "a:\n" for n in range(1_000)), "yaml/too-deep"),
    "nul": (GOOD + "\0", "yaml/encoding"),
    "escape": (GOOD + "# \x1b[2J\n", "yaml/character"),
    "separator": (GOOD + "# \u2028\n", "yaml/character"),
    "directive": ("%YAML " + "1" * 100_000 + ".2\n---\na: b\n", "yaml/syntax"),
    "unclosed": ('a: "' + "x" * 1_000_000, "yaml/syntax"),
    "tabs": ("\t" * 1_000_000, "yaml/syntax"),
    "surrogate": (named("\\ud800"), "yaml/syntax"),
    "beyond": (named("\\UFFFFFFFF"), "yaml/syntax"),
    "keys": (GOOD + "".join(f"  k{n}: v\n" for n in range(3_000)), "faults/too-many"),
    "twice": (GOOD + "  domain: x\n" * 3_000, "faults/too-many"),
    "anchors": (GOOD + "".join(f"  a{n}: &a{n} x\n" for n in range(3_000)), "faults/too-many"),
    "octal": (
        GOOD.replace("agent: {chart", f"agent: {{values: {{a: [{'010,' * 3_000}]}}, chart"),
        "faults/too-many",
    ),
    "integer": (GOOD.replace("portMode: true", f"portMode: true, maxServices: {DIGITS}"), "schema/type"),
    "integer-25": (GOOD.replace("portMode: true", f"portMode: true, maxServices: {DIGITS[:25]}"), "schema/type"),
    "negative": (GOOD.replace("portMode: true", "portMode: true, maxServices: -1"), "schema/range"),
    "hexadecimal": (GOOD.replace("portMode: true", f"portMode: true, maxServices: 0x{DIGITS}"), "schema/type"),
    "float": (GOOD.replace("portMode: true", "portMode: true, maxServices: 1.0e+999999999"), "schema/type"),
    "infinite": (GOOD.replace("portMode: true", "portMode: true, maxServices: .inf"), "schema/type"),
    "dots": (named("../../etc"), "schema/pattern"),
    "absolute": (named("/etc/cron.d/x"), "schema/pattern"),
    "git": (named(".git"), "schema/pattern"),
    "state": (named(".mtc"), "schema/pattern"),
    "nul-name": (named("a\\0b"), "values/acting"),
    "colour": (named("\\e[31mred"), "values/acting"),
    "title": (GOOD.replace("name: Ada", 'name: "A\\e]0;owned\\a"'), "values/acting"),
    "clear": (of_tenant('company: "Acme\\e[2J"'), "values/acting"),
    "reordered": (of_tenant('company: "Acme \u202egpj.exe"'), "values/acting"),
    "isolated": (of_tenant('company: "Acme \u2066x\u2069"'), "values/acting"),
    "no-width": (of_tenant('company: "Ac\u200bme"'), "values/acting"),
    "tagged": (of_tenant('company: "Acme \U000e0041"'), "values/acting"),
    "nested-value": (
        GOOD.replace("  server: {", f"  server: {{env: {{CLEARML__services__x: '{'[' * 100_000}'}}, ", 1),
        "config/unreadable-value",
    ),
    "number-key": (of_spec("profiles: {'01': 1}"), "schema/type"),
    "queue": (of_tenant('queues: {"a\\e[2J": {share: 1}}'), "values/acting"),
    "workflow": (of_tenant('company: "a\\n::add-mask::x"'), "schema/pattern"),
    "azure": (named("##vso[task.setvariable variable=x]y"), "schema/pattern"),
    "percent": (named("%0A::error::x"), "schema/pattern"),
    "markup": (named("<script>alert(1)</script>"), "schema/pattern"),
    "namespace": (of_tenant("namespace: ../../kube-system"), "schema/pattern"),
    "profile": (of_tenant("profile: ../x"), "schema/pattern"),
    "repository-name": (of_spec("x: 1").replace("{charts: {", '{"../x": {').replace("  x: 1\n", ""), "schema/pattern"),
    "repository-file": (GOOD.replace("https://charts.example.com", "file:///etc/passwd"), "schema/pattern"),
    "repository-git": (GOOD.replace('url: "https://charts.example.com"', "git: ../../etc"), "schema/pattern"),
    "flux-path": (of_spec("flux: {path: out/../../etc}"), "schema/pattern"),
    "chart": (GOOD.replace("name: clearml-enterprise,", "name: ../../x,"), "schema/pattern"),
    "version": (GOOD.replace("version: 7.11.0", f"version: \">0 || {'1 ' * 50_000}\""), "schema/pattern"),
    "domain": (GOOD.replace("ml.example.com", "a." * 50_000 + "!"), "schema/length"),
    "address": (GOOD.replace("ada@acme.example", "a@" + "a." * 50_000 + "!"), "schema/length"),
    "interval": (of_spec(f"flux: {{interval: {'1' * 50_000}x}}"), "schema/pattern"),
    "blanks": (of_tenant(f'company: "a{" " * 50_000}"'), "schema/pattern"),
    "extra-above": (of_spec("extras: {platform: [../x.yaml]}"), "files/outside"),
    "extra-device": (of_spec("extras: {tenant: [/dev/zero]}"), "files/outside"),
    "extra-twisted": (of_spec("extras: {tenant: [a/../../x.yaml]}"), "files/outside"),
    "sops-root": (of_spec("secrets: {provider: sops, sops: {directory: /}}"), "files/outside"),
    "sops-above": (of_spec("secrets: {provider: sops, sops: {directory: ../..}}"), "files/outside"),
}

HUGE: dict[str, tuple[Callable[[], str], str]] = {
    "million-tenants": (
        lambda: GOOD + "".join(f"    - {{name: t{n}}}\n" for n in range(1_000_000)),
        "yaml/too-large",
    ),
    "million-faults": (lambda: "a: 1\n" * 5_000_000, "faults/too-many"),
    "million-lists": (lambda: f"a: [{'[],' * 1_000_000}]\n", "yaml/too-large"),
    "twenty-thousand-profiles": (lambda: of_profiles(3_000, 20_000), "profiles/unknown"),
    "as-many-addresses": (
        lambda: of_tenant(f"login: {{domains: [{every('d{}.example')}], emails: [{every('a@e{}.example')}]}}")
        + GOOD.rstrip().splitlines()[-1],
        "names/duplicate-tenant",
    ),
    "long-line": (lambda: named("a" * 30_000_000), "schema/length"),
    "long-quote": (lambda: 'a: "' + "x" * 50_000_000, "yaml/syntax"),
    "empty-lines": (lambda: "\n" * 60_000_000, "yaml/empty"),
    "brackets": (lambda: "[" * 60_000_000, "yaml/too-deep"),
    "too-large": (lambda: "#" * 70_000_000, "yaml/too-large"),
}


def link(path: Path, target: str | Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def linked_blueprint(folder: Path) -> None:
    (folder / "prod.yaml").rename(folder.parent / "secret.yaml")
    link(folder / "prod.yaml", "../secret.yaml")


def blueprint_device(folder: Path) -> None:
    (folder / "prod.yaml").unlink()
    link(folder / "prod.yaml", "/dev/zero")


def blueprint_environment(folder: Path) -> None:
    (folder / "prod.yaml").unlink()
    link(folder / "prod.yaml", "/proc/self/environ")


def blueprint_pipe(folder: Path) -> None:
    (folder / "prod.yaml").unlink()
    os.mkfifo(folder / "prod.yaml")


def extra(folder: Path, target: str | Path) -> None:
    (folder / "prod.yaml").write_text(of_spec("extras: {tenant: [extra.yaml]}"), encoding="utf-8")
    link(folder / "extra.yaml", target)


def extra_pipe(folder: Path) -> None:
    extra(folder, "pipe")
    os.mkfifo(folder / "pipe")


def template(folder: Path) -> None:
    (folder / "prod.yaml").write_text(of_spec("extras: {tenant: [extra.yaml]}"), encoding="utf-8")
    (folder / "extra.yaml").write_text("{% include '/etc/passwd' %}", encoding="utf-8")


def sops_link(folder: Path) -> None:
    text = of_spec("secrets: {provider: sops, sops: {directory: keys}}")
    (folder / "prod.yaml").write_text(text, encoding="utf-8")
    link(folder / "keys/a.yaml", "/etc/passwd")


def sops_crowd(folder: Path) -> None:
    text = of_spec("secrets: {provider: sops, sops: {directory: keys}}")
    (folder / "prod.yaml").write_text(text, encoding="utf-8")
    (folder / "large").write_bytes(b"#" * 60_000_000)
    for number in range(1_000):
        link(folder / f"keys/{number}.yaml", "../large")


def lock(content: bytes) -> Callable[[Path], None]:
    def made(folder: Path) -> None:
        (folder / "prod.lock.yaml").write_bytes(content)

    return made


FOLDERS: dict[str, tuple[Callable[[Path], None], str]] = {
    "blueprint-link": (linked_blueprint, "files/outside"),
    "blueprint-device": (blueprint_device, "files/outside"),
    "blueprint-environment": (blueprint_environment, "files/outside"),
    "blueprint-pipe": (blueprint_pipe, "files/unreadable"),
    "extra-link": (lambda folder: extra(folder, "/etc/passwd"), "files/outside"),
    "extra-loop": (lambda folder: extra(folder, "extra.yaml"), "files/outside"),
    "extra-folder": (lambda folder: extra(folder, "/etc"), "files/outside"),
    "extra-pipe": (extra_pipe, "files/unreadable"),
    "extra-include": (template, "extras/template"),
    "sops-link": (sops_link, "files/outside"),
    "sops-crowd": (sops_crowd, "files/too-large"),
    "lock-link": (lambda folder: link(folder / "prod.lock.yaml", "../victim"), "files/outside"),
    "lock-nowhere": (lambda folder: link(folder / "prod.lock.yaml", "../nobody"), "files/outside"),
    "lock-device": (lambda folder: link(folder / "prod.lock.yaml", "/dev/zero"), "files/outside"),
    "lock-pipe": (lambda folder: os.mkfifo(folder / "prod.lock.yaml"), "files/unreadable"),
    "lock-folder": (lambda folder: (folder / "prod.lock.yaml").mkdir(), "files/directory"),
    "lock-types": (lock(b"ports: {acme: {startingPort: [1], maxServices: {}}}\n"), "schema/type"),
    "lock-list": (lock(b"ports: [1, 2]\n"), "schema/type"),
    "lock-number": (lock(b"ports: {acme: {startingPort: " + b"9" * 100_000 + b", maxServices: 1}}\n"), "schema/type"),
    "lock-bomb": (lock(b"ports: &a {a: *a}\n"), "yaml/anchor"),
    "lock-huge": (lock(b"#" * 70_000_000), "yaml/too-large"),
    "lock-keys": (
        lock(b"ports:\n" + b"".join(b"  t%d: 1\n" % n for n in range(5_000))),
        "faults/too-many",
    ),
}
