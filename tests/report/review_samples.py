"""Reviews of any size whose every text is hostile."""

from __future__ import annotations

from hypothesis import strategies as st

from mtc.model.review import RISK_CLASSES, Change, Edit, Intent, Review, Risk

PIECES = (
    "`", "``", "```", "````", "~~~", "|", "<", ">", "&", "<script>alert(1)</script>", "<!-- -->", "-->", "</details>",
    "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "![x](https://evil.example/x.png)", "@everyone", "#1",
    "**", "__", "\\", "\n", "\r\n", "\u2028", "\u202e", "\x1b[31m", "\x00", "::error::x", "%0A", "$x$", "&#96;", "&lt;",
    "https://evil.example", "acme", "a", " ", "é", "名前", "\ud800", '"', "'", "</style>", "]]>", "{{ x }}", "{% x %}",
)  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def named(text: str) -> str:
    """The author's word as the comparison puts it into a sentence (mtc/diff/facts.py)."""
    from mtc.diff.facts import name

    return name(text)


tenants = st.one_of(st.none(), hostile.filter(bool))
sentences = st.builds(lambda one, two: f"queue {named(one)} is not {named(two)}", hostile, hostile)
edits = st.builds(
    Edit,
    path=hostile,
    kind=st.sampled_from(("added", "removed", "changed", "reordered", "text")),
    before=st.one_of(st.none(), hostile),
    after=st.one_of(st.none(), hostile),
    lines=st.lists(st.builds(lambda sign, text: sign + text, st.sampled_from("+- "), hostile), max_size=4).map(tuple),
    hidden=st.booleans(),
    cause=st.one_of(st.just(""), hostile),
)
changes = st.builds(
    Change,
    kind=hostile,
    namespace=hostile,
    name=hostile,
    change=st.sampled_from(("added", "removed", "changed", "formatting")),
    file=hostile,
    tenant=tenants,
    edits=st.lists(edits, max_size=4).map(tuple),
    routine=st.booleans(),
)
risks = st.builds(
    Risk,
    risk_class=st.sampled_from(RISK_CLASSES),
    code=st.sampled_from(("data-loss/x", "isolation/flow-opened")),
    tenant=tenants,
    message=sentences,
    reach=st.sampled_from(("", "3 tenants")),
    files=st.lists(hostile, max_size=2).map(tuple),
)
intents = st.builds(Intent, code=st.sampled_from(("queue/added", "x/removed")), tenant=tenants, message=sentences)


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    """A review; its parts are repeated, so that it may be many times any limit."""
    times = draw(st.sampled_from((1, 1, 1, 20, 150)))
    found = draw(st.lists(changes, max_size=5))
    names = sorted({each.tenant for each in found if each.tenant})
    many = [f"{name}{number}" for number in range(times) for name in names]
    return Review(
        draw(hostile),
        draw(hostile),
        tuple(draw(st.lists(intents, max_size=5)) * min(times, 30)),
        tuple(draw(st.lists(risks, max_size=5)) * min(times, 30)),
        tuple(found * times),
        tuple(draw(st.lists(hostile, max_size=2))),
        tuple(names if times == 1 else many),
        len(many),
    )
