"""A run's figures as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from bench.results import Figure, Overall, Results, Verdict, each_tenant, losses, overall, verdicts

WIDTH = 53


def heading() -> str:
    """Over the columns of `line`."""
    numbers = f"{'wall s':>8}{'CPU s':>8}{'ratio':>7}{'beside s':>9}{'MB':>6}{'all MB':>7}"
    return f"{'':<{WIDTH}}{numbers}  promise"


def line(figure: Figure) -> str:
    """A case: medians of wall and CPU seconds, the ratio to its yardstick and the yardstick's seconds, the
    memory of its largest process and of all together, and what was promised."""
    together = f"{figure.together:.0f}" if figure.together is not None else "-"
    times = f"{figure.wall:>8.3f}{figure.cpu:>8.3f}{figure.ratio:>7.2f}{figure.beside:>9.3f}"
    promises = ", ".join(map(promised, verdicts(figure)))
    return f"{figure.name:<{WIDTH}}{times}{figure.memory:>6.0f}{together:>7}  {promises}".rstrip()


def promised(verdict: Verdict) -> str:
    """Such as `2.5 x cp -r: ok`."""
    limit = verdict.target.limit
    words = {
        "ratio": f"{limit:g} x cp -r",
        "wall": f"{limit:g} s",
        "more": f"{1000 * limit:.0f} ms more than python ({1000 * verdict.value:.0f})",
        "memory": f"{limit:,.0f} MB",
    }
    return f"{words[verdict.target.of]}: {'ok' if verdict.kept else 'MISSED'}"


def kept(promise: Overall) -> str:
    """The verdict on it."""
    return "ok" if promise.value <= promise.limit else "MISSED"


def overall_lines(results: Results) -> Iterator[str]:
    """What one more tenant costs, where a first render's time goes, and promises about more than a case."""
    for each in each_tenant(results):
        words = f"{each.tenants:>6,} tenants: {each.wall:.2f} ms each, CPU {each.cpu:.2f} ms"
        if each.more_wall is not None:
            words += f"; one more: {each.more_wall:.2f} ms, CPU {each.more_cpu:.2f} ms"
        yield words
    for tenants, spent in results.stages.items():
        parts = ", ".join(f"{stage} {taken:.0f}" for stage, taken in spent.items())
        yield f"{int(tenants):>6,} tenants, ms: {parts}"
    for promise in overall(results):
        yield f"{promise.words}: {promise.value:.2f}, at most {promise.limit:g}: {kept(promise)}"


def comparison(results: Results, baseline: Results | None) -> Iterator[str]:
    """What got worse against the baseline, and what was not measured."""
    if baseline is None:
        yield "no baseline to compare with"
        return
    known = {figure.name for figure in results.figures}
    left = [
        figure.name for figure in baseline.figures if figure.subject == "mtc" and figure.name not in known
    ]
    if left:
        yield f"in the baseline, not measured in this run: {'; '.join(left)}"
    lost = losses(results, baseline)
    yield from (f"LOST {one}" for one in lost)
    if not lost:
        yield "no case is more than 15 % worse than the baseline"
