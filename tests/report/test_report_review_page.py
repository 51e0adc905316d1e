"""The page of a review, in a real browser: nothing of the author's acts, it is whole without a network, and it
can be searched with a keyboard alone. Debian's chromium; where it is missing, these tests skip and say so."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from review_samples import reviews
from test_report_review_markdown import big

from mtc.model.review import Change, Edit, Intent, Review, Risk
from mtc.report.review_page import render_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--virtual-time-budget=4000",
)  # fmt: skip
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium"
)
OURS = {"html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "p", "code", "strong", "span", "nav", "a", "label",
        "input", "main", "section", "ul", "li", "br", "details", "summary", "div", "table", "thead", "tbody", "tr", "th", "td", "pre",
        "footer", "script"}  # fmt: skip


class Reader(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reviews())
def test_nothing_of_the_authors_acts(review: Review) -> None:
    text = render_page(review)
    page = Reader(text)
    assert set(page.tags) <= OURS
    assert (page.tags.count("script"), page.tags.count("style")) == (1, 1)
    for name, value in page.attributes:
        assert not name.startswith("on"), name
        assert name not in ("src", "srcset", "style", "action"), name
        assert name != "href" or (value or "").startswith("#")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2028\u2029]", text)


def browse(page: Path, folder: Path, *more: str) -> str:
    """The page's document after its script ran."""
    assert CHROMIUM is not None
    done = subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={folder / 'profile'}", *more, page.as_uri()],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return done.stdout.decode()


HOSTILE = "</code></script><script>document.title='sprung'</script><img src=http://127.0.0.1:9/x onerror=\"document.title='sprung'\">"


@needs_browser
def test_a_browser_runs_our_script_and_nothing_else(tmp_path: Path) -> None:
    word = f"`{HOSTILE}`"
    review = Review(
        HOSTILE,
        "head",
        (Intent("x/y", HOSTILE, f"queue {word} is added"),),
        (Risk("isolation", "isolation/x", HOSTILE, f"{word} is open", files=(HOSTILE,)),),
        (
            Change(
                HOSTILE,
                HOSTILE,
                HOSTILE,
                "changed",
                HOSTILE,
                HOSTILE,
                (Edit(HOSTILE, "text", lines=(f"+{HOSTILE}",)),),
            ),
        ),
        (HOSTILE,),
        (HOSTILE,),
        1,
    )
    page = tmp_path / "page.html"
    page.write_text(render_page(review), encoding="utf-8")
    seen = browse(page, tmp_path, "--dump-dom")
    assert "<title>mtc diff: 1 of 1 tenants" in seen
    assert "sprung" not in seen.split("</title>")[0]
    assert "<img" not in seen
    assert re.search(r'<p id="finder"(?! hidden)', seen), "our own script ran: its digest is the policy's"


@needs_browser
def test_the_policy_stops_what_the_escaping_would_let_through(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    text = render_page(Review("a", "b"))
    page.write_text(
        text.replace("</main>", "<script>document.title='sprung'</script></main>"), encoding="utf-8"
    )
    assert "<title>sprung" not in browse(page, tmp_path, "--dump-dom")


@needs_browser
def test_a_thousand_changed_tenants_are_drawn_in_light_and_in_dark(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(render_page(big(1_000)), encoding="utf-8")
    assert page.stat().st_size < 3_000_000
    pictures = []
    for theme, flag in (
        ("light", "--blink-settings=preferredColorScheme=1"),
        ("dark", "--blink-settings=preferredColorScheme=0"),
    ):
        picture = tmp_path / f"{theme}.png"
        browse(page, tmp_path, flag, "--window-size=1000,1200", f"--screenshot={picture}")
        pictures.append(picture.read_bytes())
    assert all(len(picture) > 20_000 for picture in pictures)
    assert pictures[0] != pictures[1]


@needs_browser
def test_it_is_searched_with_the_keyboard_alone(tmp_path: Path) -> None:
    """The real page, with keys pressed in it by a script that the test adds, policy and all."""
    from base64 import b64encode
    from hashlib import sha256

    keys = (
        "document.dispatchEvent(new KeyboardEvent('keydown', {key: '/', cancelable: true}));"
        "const field = document.activeElement; field.value = 'tenant-00042'; field.dispatchEvent(new Event('input'));"
        "document.title = document.activeElement.id + ' ' + document.getElementById('count').textContent;"
    )
    digest = b64encode(sha256(keys.encode()).digest()).decode()
    text = (
        render_page(big(100))
        .replace("script-src '", f"script-src 'sha256-{digest}' '")
        .replace("script-src &#39;", f"script-src &#39;sha256-{digest}&#39; &#39;")
    )
    page = tmp_path / "page.html"
    page.write_text(text.replace("</body>", f"<script>{keys}</script></body>"), encoding="utf-8")
    title = re.search(r"<title>(.*?)</title>", browse(page, tmp_path, "--dump-dom"))
    assert title is not None
    assert re.fullmatch(r"search \d of 4\d\d entries", title[1]), title[1]
