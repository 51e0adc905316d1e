"""docs/performance.md's figures and docs/performance.svg, from the committed baseline.

`python -m bench --page` makes the last run the baseline first, if there was one; a test holds that page, plot
and baseline agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bench.inputs import ROOT
from bench.lines import kept, promised
from bench.plot import plot
from bench.results import BASELINE, RESULTS, Figure, Results, each_tenant, growing, overall, read, verdicts

PAGE = ROOT / "docs" / "performance.md"
PICTURE = ROOT / "docs" / "performance.svg"
BEGIN = "<!-- figures: `make bench-docs` writes them -->\n"
END = "<!-- end of figures -->\n"
AT = 1000  # the size at which peers are compared


def write_page(*, latest: bool) -> None:
    """Write the page's figures and the plot; `latest`: of the last run, which becomes the baseline."""
    if latest and RESULTS.exists():
        BASELINE.write_bytes(RESULTS.read_bytes())
    results = read(BASELINE)
    if results is None:
        raise SystemExit("no figures: run `make bench` first")
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")
    PICTURE.write_text(plot(results), encoding="utf-8")


def filled(page: str, results: Results) -> str:
    """The page with these results between its two marks."""
    head, rest = page.split(BEGIN)
    _, tail = rest.split(END)
    return head + BEGIN + "\n" + "\n".join(figures(results)) + "\n\n" + END + tail


def figures(results: Results) -> Iterator[str]:
    """The section's lines."""
    yield f"Measured by a {results.mode} run: {results.machine}."
    yield ""
    yield from _table(
        ("", "wall, s", "CPU, s", "ratio", "to", "MB", "MB, all", "promise"),
        [_case(figure) for figure in results.figures if figure.subject == "mtc"],
    )
    yield ""
    promises = overall(results)
    if promises:
        said = [(one.words, f"{one.value:.2f}", f"{one.limit:g}", kept(one)) for one in promises]
        yield from _table(("", "measured", "at most", ""), said)
        yield ""
    yield "What a tenant costs in ms: the whole divided, and one more than in the next smaller tree:"
    yield ""
    each = [
        (f"{one.tenants:,}", *("" if spent is None else f"{spent:.2f}" for spent in one[1:]))
        for one in each_tenant(results)
    ]
    yield from _table(("tenants", "each", "each, CPU", "one more", "one more, CPU"), each)
    yield ""
    yield "Where the time of a first render goes, in milliseconds of the main process:"
    yield ""
    names = list(dict.fromkeys(stage for spent in results.stages.values() for stage in spent))
    rows = [
        (f"{int(tenants):,}", *(f"{spent[name]:.0f}" if name in spent else "" for name in names))
        for tenants, spent in results.stages.items()
    ]
    yield from _table(("tenants", *names), rows)
    yield ""
    yield from _peers(results)


def _case(figure: Figure) -> tuple[str, ...]:
    return (figure.name, *_measured(figure), "; ".join(map(promised, verdicts(figure))))


def _measured(figure: Figure) -> tuple[str, ...]:
    together = f"{figure.together:.0f}" if figure.together is not None else ""
    yardstick = f"`{figure.yardstick}`, {figure.beside:.3f} s"
    times = (f"{figure.wall:.3f}", f"{figure.cpu:.3f}", f"{figure.ratio:.2f}")
    return (*times, yardstick, f"{figure.memory:.0f}", together)


def _peers(results: Results) -> Iterator[str]:
    """mtc beside the peers, at the largest size that they were measured at."""
    sizes = [figure.tenants for figure in results.figures if figure.subject != "mtc"]
    yield f"The same documents by other means, {max(sizes, default=AT):,} tenants:"
    yield ""
    size = max(sizes, default=AT)
    shown = [one for one in growing(results) if one.tenants == size]
    shown += [one for one in results.figures if one.subject != "mtc" and one.tenants == size]
    same = {name: f"{count:,}" for name, count in results.compared.items()}
    shown.sort(key=lambda one: one.ratio)
    rows = [(one.subject, *_measured(one), same.get(one.subject, "")) for one in shown]
    yield from _table(("", "wall, s", "CPU, s", "ratio", "to", "MB", "MB, all", "documents compared"), rows)
    for name, why in results.missing.items():
        yield ""
        yield f"{name}: {why}."


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A Markdown table; numbers stand right."""
    yield f"| {' | '.join(head)} |"
    yield "| --- |" + " ---: |" * (len(head) - 1)
    yield from (f"| {' | '.join(row)} |" for row in rows)
