"""plan/charts: the Flux source of each chart, by the kind of its repository."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mtc.model.blueprint import Chart
from mtc.model.plan import ChartSource, HelmRepositoryPlan, OciRepositoryPlan
from mtc.plan.charts import chart_source, oci_name, repository_secret, sources
from plan.planning import blueprint_of, plan_of

REPOSITORIES = {
    "charts": {"url": "https://charts.example.com"},
    "private": {"url": "https://private.example.com", "authenticated": True},
    "oci": {"url": "oci://registry.example.com/charts/", "authenticated": True},
    "git": {"git": "charts/"},
}


def chart(repository: str, name: str = "agent", version: str | None = "1.2.3") -> Chart:
    return Chart(repository, name, version)


def test_a_helm_repository() -> None:
    b = blueprint_of(repositories=REPOSITORIES)
    assert chart_source(b, chart("private")) == ChartSource(
        "HelmRepository", "private", None, "agent", "1.2.3"
    )
    assert chart_source(b, chart("charts", version=None)).version == ""


def test_a_registry_has_a_source_for_each_chart_and_version() -> None:
    b = blueprint_of(repositories=REPOSITORIES)
    assert chart_source(b, chart("oci")) == ChartSource(
        "OCIRepository", "oci-agent-1-2-3", None, "agent", "1.2.3"
    )
    assert oci_name(chart("oci", version="1.2.4")) == "oci-agent-1-2-4"
    assert oci_name(chart("oci", version=None)) == "oci-agent-latest"


def test_a_chart_in_git_comes_from_the_trees_own_source() -> None:
    b = blueprint_of(repositories=REPOSITORIES)
    assert chart_source(b, chart("git")) == ChartSource(
        "GitRepository", b.flux.source.name, b.flux.namespace, "charts/agent", ""
    )
    bucket = blueprint_of(repositories=REPOSITORIES, flux={"source": {"kind": "Bucket", "name": "tree"}})
    assert chart_source(bucket, chart("git")).kind == "Bucket"


TEXT = st.text("abAB019.-+_ ", min_size=1, max_size=40)


@settings(max_examples=150)
@given(TEXT, TEXT, TEXT)
def test_a_registrys_source_has_a_name_that_kubernetes_takes(
    repository: str, name: str, version: str
) -> None:
    made = oci_name(Chart(f"r{repository}", f"c{name}", version))
    assert len(made) <= 63
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert made[0] != "-" != made[-1]


NAMES = st.text("ab1.-", min_size=1, max_size=3)
VERSIONS = st.sampled_from(["1.2.3", "1.2.30", "2.1.2", "1.2.3-1", "1.2.3-1.2.3", "1-1.2.3", "^1", "*", "latest", "1", None])


@settings(max_examples=500)
@given(st.tuples(NAMES, NAMES, VERSIONS), st.tuples(NAMES, NAMES, VERSIONS))
@example(("a", "b-c", "1.2.3"), ("a-b", "c", "1.2.3"))
@example(("a", "b.c", "1.2.3"), ("a", "b-c", "1.2.3"))
@example(("a", "b", "latest"), ("a", "b", None))
@example(("a", "b", "1.2.3-1.2.3"), ("a", "b-1.2.3", "1.2.3"))
def test_two_charts_have_two_sources(one: tuple[str, str, str | None], other: tuple[str, str, str | None]) -> None:
    assert one == other or oci_name(Chart(*one)) != oci_name(Chart(*other))


def test_two_charts_whose_parts_read_alike_are_both_fetched() -> None:
    a, b = {"url": "oci://a.example/x"}, {"url": "oci://b.example/y"}
    charts = [(Chart("clearml", "enterprise-agent", "1.0.0"), ()), (Chart("clearml-enterprise", "agent", "1.0.0"), ())]
    _, made = sources(blueprint_of(repositories={"charts": a, "clearml": a, "clearml-enterprise": b}), charts)
    assert sorted(each.url for each in made) == ["oci://a.example/x/enterprise-agent", "oci://b.example/y/agent"]


def test_only_what_is_installed_has_a_source_and_each_once() -> None:
    b = blueprint_of(repositories=REPOSITORIES)
    route = ("spec", "server", "chart")
    used = [
        chart("oci"),
        chart("private"),
        chart("private", "other"),
        chart("oci"),
        chart("git"),
        chart("oci", "b"),
    ]
    assert sources(b, [(one, route) for one in used]) == (
        (
            HelmRepositoryPlan(
                "private",
                "https://private.example.com",
                "repository-private",
                ("spec", "repositories", "private"),
            ),
        ),
        (
            OciRepositoryPlan(
                "oci-agent-1-2-3", "oci://registry.example.com/charts/agent", "1.2.3", "repository-oci", route
            ),
            OciRepositoryPlan(
                "oci-b-1-2-3", "oci://registry.example.com/charts/b", "1.2.3", "repository-oci", route
            ),
        ),
    )
    assert repository_secret("oci") == "repository-oci"


def test_an_unused_repository_is_not_in_the_plan() -> None:
    plan = plan_of(repositories=REPOSITORIES)
    assert [repository.name for repository in plan.repositories] == ["charts"]
    assert plan.repositories[0].secret is None
    assert plan.charts == ()
