"""Every module has a test file of its name, or its line in the table below says which test covers it, and why.

`compiler/mtc/<room>/<module>.py` is mirrored by `tests/<room>/test_<room>_<module>.py`, by
`tests/<room>/test_<module>.py` or by `tests/test_<module>.py`; a module of rules also by its codes' cases,
`tests/cases/<module>/`, which `tests/test_cases.py` runs.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "compiler" / "mtc"
TESTS = ROOT / "tests"

DATA = "only frozen records or tables: nothing of its own to run"
RULES_OWN = "what rules share; every rule's cases go through it"
STEP = "one step of the run, and a step is tested as the run takes it: against a server"
LOAD = "one half of load_blueprint, tested through it"
DRAWN = "its objects are compared in the rendered guide, field by field"
RISKS = "facts, intent and rules of risk: each has seeded changes, told and found through all of them"
RUN = "a command, tested as people run it: in a process of its own"

# module → (the test file that covers it, why it has none of its own)
COVERED: dict[str, tuple[str, str]] = {
    "__main__": ("cli/test_cli_commands.py", "two lines that call the command line"),
    "bootstrap/__main__": ("bootstrap/test_bootstrap_converge.py", RUN),
    "bootstrap/admin": ("bootstrap/test_bootstrap_converge.py", STEP),
    "bootstrap/answers": ("bootstrap/test_bootstrap_wish.py", "small readers, tested with the wish they fill"),
    "bootstrap/archive": ("bootstrap/test_bootstrap_applications.py", STEP),
    "bootstrap/caller": ("bootstrap/test_bootstrap_converge.py", STEP),
    "bootstrap/command": ("bootstrap/test_bootstrap_program.py", RUN),
    "bootstrap/company": ("bootstrap/test_bootstrap_converge.py", STEP),
    "bootstrap/connection": ("bootstrap/test_bootstrap_clearml.py", "tested under the client that owns it"),
    "bootstrap/file": ("bootstrap/test_bootstrap_store.py", "one of the stores: the same promise, the same tests"),
    "bootstrap/kubectl": ("bootstrap/test_bootstrap_store.py", "one of the stores: the same promise, the same tests"),
    "bootstrap/log": ("bootstrap/test_bootstrap_program.py", "no secret in any line: a promise of the whole program"),
    "bootstrap/login": ("bootstrap/test_bootstrap_converge.py", STEP),
    "bootstrap/patience": ("bootstrap/test_bootstrap_clearml.py", "tested under the client that tries again"),
    "bootstrap/queues": ("bootstrap/test_bootstrap_converge.py", STEP),
    "bootstrap/run": ("bootstrap/test_bootstrap_converge.py", DATA),
    "plan/manifests": ("plan/test_plan_confinement.py", RUN),
    "render/applications": ("render/test_render_bootstrap.py", "one Job more, checked with all Jobs"),
    "render/jobs": ("render/test_render_bootstrap.py", "what the Jobs share, checked on each of them"),
    **{
        f"render/runbook/{chapter}": ("render/test_render_runbook.py", "a chapter, or what it is made of, read in the whole text")
        for chapter in ("flux", "maintenance", "manual_steps", "prerequisites", "secrets", "tenants", "told", "words")
    },
    "render/program": ("render/test_render_bootstrap.py", "the ConfigMap's text is run as it is mounted"),
    "check/explain": ("check/test_check_manual.py", "the manual pages"),
    "check/findings": ("check/test_check_corpus.py", RULES_OWN),
    "check/mig": ("check/test_check_corpus.py", DATA),
    "check/owned": ("test_cases.py", DATA),
    "check/public_mail": ("test_cases.py", DATA),
    "check/sessions": ("test_cases.py", "its rules' codes begin with ports/, where their cases lie"),
    "check/installs": ("check/test_check_corpus.py", RULES_OWN),
    "check/text": ("test_cases.py", RULES_OWN),
    "cli/asking": ("cli/test_cli_bad_input.py", RUN),
    "cli/bootstrapping": ("bootstrap/test_bootstrap_terminal.py", RUN),
    "cli/explaining": ("cli/test_cli_commands.py", RUN),
    "cli/locking": ("cli/test_cli_commands.py", RUN),
    "cli/progress": ("cli/test_cli_parts.py", "small parts of the room, tested in one file"),
    "cli/saving": ("cli/test_cli_parts.py", "small parts of the room, tested in one file"),
    "cli/secrets": ("cli/test_cli_commands.py", RUN),
    "cli/showing": ("cli/test_cli_commands.py", RUN),
    "cli/starting": ("cli/test_cli_commands.py", RUN),
    "cli/tables": ("cli/test_cli_parts.py", "small parts of the room, tested in one file"),
    "diff/capacity": ("diff/test_diff_corpus.py", RISKS),
    "diff/delta": ("diff/test_diff_corpus.py", RISKS),
    "diff/disruption": ("diff/test_diff_corpus.py", RISKS),
    "diff/facts": ("diff/test_diff_corpus.py", RISKS),
    "diff/faults": ("diff/test_diff_review.py", "the faults of a side, tested where they stop a comparison"),
    "diff/folders": ("cli/test_cli_diffing.py", "reads real folders, as the command does"),
    "diff/flows": ("diff/test_diff_corpus.py", "asks the evaluator, and is held against the flows of seeded changes"),
    "diff/intent": ("diff/test_diff_corpus.py", RISKS),
    "diff/isolation": ("diff/test_diff_corpus.py", RISKS),
    "diff/loss": ("diff/test_diff_corpus.py", RISKS),
    "diff/platform": ("diff/test_diff_corpus.py", RISKS),
    "diff/privilege": ("diff/test_diff_corpus.py", RISKS),
    "diff/releases": ("diff/test_diff_corpus.py", RISKS),
    "diff/revisions": ("cli/test_cli_diffing.py", "reads real repositories, as the command does"),
    "diff/rights": ("diff/test_diff_corpus.py", RISKS),
    "diff/risks": ("diff/test_diff_corpus.py", RISKS),
    "diff/server": ("diff/test_diff_corpus.py", RISKS),
    "diff/tenancy": ("diff/test_diff_corpus.py", RISKS),
    "diff/walls": ("diff/test_diff_corpus.py", RISKS),
    "load/attachments": ("load/test_load_files.py", "the files that a blueprint names"),
    "load/completeness": ("load/test_load_settings.py", "judges merged settings, tested with them"),
    "load/judging": ("load/test_load_faults.py", "puts reading, contract and faults in order"),
    "load/parts": ("load/test_load_blueprint.py", LOAD),
    "load/places": ("load/test_load_faults.py", "where a fault stands is tested with its words"),
    "load/platform": ("load/test_load_blueprint.py", LOAD),
    "load/scalars": ("load/test_load_reading.py", "what each kind of field takes"),
    "load/tenants": ("load/test_load_blueprint.py", LOAD),
    "load/wording": ("load/test_load_faults.py", "the words of faults"),
    "model/blueprint": ("load/test_load_blueprint.py", DATA),
    "model/clearml": ("test_cases.py", DATA),
    "model/diagnostic": ("report/test_report_document.py", DATA),
    "model/document": ("write/test_write_tree.py", DATA),
    "model/grid": ("verify/test_verify_grid.py", DATA),
    "model/failure": ("cli/test_cli_ending.py", DATA),
    "model/markdown": ("render/test_render_runbook.py", "the author's words in Markdown, first made for the runbook"),
    "model/review": ("diff/test_diff_review.py", DATA),
    "model/tokens": ("test_cases.py", DATA),
    "model/lock": ("load/test_load_lock.py", DATA),
    "model/record": ("plan/test_plan_sops.py", DATA),
    "model/plan": ("plan/test_plan_ports.py", DATA),
    "model/rule": ("check/test_check_manual.py", DATA),
    "model/source": ("yamlio/test_parse.py", DATA),
    "render/access": ("render/test_render_kubectl.py", "service accounts and roles: the API's schemas judge them"),
    "render/flux": ("render/test_render_guide.py", DRAWN),
    "render/namespaces": ("render/test_render_guide.py", DRAWN),
    "render/objects": ("render/test_render_guide.py", DRAWN),
    "render/platform": ("render/test_render_guide.py", DRAWN),
    "render/policies": ("render/test_render_guide.py", DRAWN),
    "render/rendering": ("render/test_render_guide.py", DRAWN),
    "render/secrets": ("render/test_render_guide.py", DRAWN),
    "reach/__main__": ("reach/test_reach_cases.py", RUN),
    "reach/fields": ("reach/test_reach_specs.py", "typed access to documents, tested by reading specs"),
    "reach/groups": ("reach/test_reach_matrix.py", "an optimisation of the matrix, tested against the naive one"),
    "reach/outside": ("reach/test_reach_topology.py", "who is no pod is a part of the topology"),
    "reach/policies": ("reach/test_reach_specs.py", DATA),
    "reach/releases": ("reach/test_reach_topology.py", "the pods of a release are a part of the topology"),
    "reach/reading": ("reach/test_reach_verdict.py", DATA),
    "report/excerpt": ("report/test_report_text.py", "what the text format quotes"),
    "report/identity": ("report/test_report_sarif.py", "what SARIF's and GitLab's services compare"),
    "report/options": ("report/test_report_formats.py", DATA),
    "report/review_document": ("diff/test_diff_review.py", "held against its schema on real reviews"),
    "report/review_github": ("cli/test_cli_diffing.py", "annotations, read in a run's output"),
    "report/review_groups": ("report/test_report_review_markdown.py", "what the formats of a review share"),
    "report/review_text": ("report/test_report_review_markdown.py", "the same laws as Markdown's, on the same reviews"),
    "report/reviews": ("report/test_report_review_markdown.py", "the door to a review's formats"),
    "verify/breaches": ("test_cases.py", "the words of the proof's faults, and the cases print them"),
    "verify/trespasses": ("test_cases.py", "the words of the faults of rights, and the cases print them"),
    "verify/causes": ("verify/test_verify_network.py", "why a flow is open, as the faults say it"),
    "write/differences": ("write/test_write_drift.py", "what checking and writing share"),
    "write/refusals": ("write/test_write_tree.py", "the faults of write_tree, tested through it"),
    "yamlio/lines": ("yamlio/test_yamlio_quick.py", "patterns, tested by what is read with them"),
}

MODULES = sorted(
    path.relative_to(PACKAGE).with_suffix("").as_posix()
    for path in PACKAGE.rglob("*.py")
    if path.name != "__init__.py"  # a room's door: what it re-exports has tests of its own
)


def mirrors(module: str) -> list[Path]:
    """The places where a module's own tests may be."""
    room, _, noun = module.rpartition("/")
    places = [TESTS / room / f"test_{room}_{noun}.py", TESTS / room / f"test_{noun}.py", TESTS / f"test_{noun}.py"]
    return [place for place in places if place.exists()]


def has_cases(module: str) -> bool:
    room, _, noun = module.rpartition("/")
    return room == "check" and any((TESTS / "cases" / noun).glob("*/bad.yaml"))


def names_of_tests(path: Path) -> list[str]:
    return re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_its_tests(module: str) -> None:
    if has_cases(module):
        return
    files = mirrors(module)
    if not files and module in COVERED:
        files = [TESTS / COVERED[module][0]]
    assert files, f"no test file of {module}, and no line that says which one covers it"
    assert any(names_of_tests(file) for file in files)


def test_the_table_speaks_of_files_that_exist() -> None:
    assert [module for module in COVERED if module not in MODULES] == [], "no such module"
    assert [file for file, why in COVERED.values() if not (TESTS / file).exists() or not why] == []


def test_rooms_in_tests_are_rooms_of_the_compiler() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    folders = {path.name for path in TESTS.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders - rooms <= {"cases", "properties", "golden", "hostile", "bench"}
