"""What a change means, a line a wish: facts that differ, in the blueprint's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from mtc.diff.delta import Comparison, FactChange
from mtc.diff.facts import Key, name, word
from mtc.diff.tenancy import describe
from mtc.model.review import Intent


class Words(NamedTuple):
    """How a fact that came, went or changed is told: {item}, {first} and {rest} of the item, {old}, {new},
    {detail}. An empty sentence is not told: another one says it."""

    added: str
    removed: str
    changed: str = ""


def _flag(added: str, removed: str) -> Words:
    return Words(added, removed, added)


def _setting(label: str) -> Words:
    return Words(f"{label} {{new}}", f"{label} is unset ({{old}} before)", f"{label} {{old}} → {{new}}")


_OF = "{first} {rest}"
WORDS: dict[str, Words] = {
    "namespace": Words(
        "namespace {item} is added", "namespace {item} is removed: {fate}", "namespace {old} → {new}"
    ),
    "label": _setting("namespace label {item}"),
    "pod-security": _setting("pod security"),
    "company": Words("company {new}", "company {old} is unset", "company {old} → {new}"),
    "company-id": _setting("the company's id"),
    "user-limit": Words(
        "users are limited to {new}", "users are no longer limited ({old} before)", "user limit {old} → {new}"
    ),
    "feature": Words("the feature {item} is enabled", "the feature {item} is no longer enabled"),
    "exclusion": Words("the feature {item} is taken away", "the feature {item} is no longer taken away"),
    "admin": Words("administrator {new}", "administrator {old} is unset", "administrator {old} → {new}"),
    "admin-name": _setting("the administrator's name"),
    "admin-internal": _setting("the administrator logs in by key alone (internal):"),
    "admin-id": _setting("the administrator's id"),
    "rotation": Words("", "", "new credentials are made, the old ones are revoked (rotation {old} → {new})"),
    "login-domain": Words("people of {item} may log in", "people of {item} may no longer log in"),
    "login-address": Words("{item} may log in", "{item} may no longer log in"),
    "login-admin": Words(
        "{item} logs in as an administrator", "{item} no longer logs in as an administrator"
    ),
    "queue": Words("queue {item} is added", "queue {item} is removed"),
    "queue-setting": Words(
        "queue {first}: {plain} {new}",
        "queue {first}: {plain} is unset ({old} before)",
        "queue {first}: {plain} {old} → {new}",
    ),
    "quota": Words(
        "quota {item} {new}", "quota {item} is lifted ({old} before)", "quota {item} {old} → {new}"
    ),
    "limit": Words(
        "limit range {item} {new}",
        "limit range {item} is lifted ({old} before)",
        "limit range {item} {old} → {new}",
    ),
    "session-ports": Words(
        "sessions get the node ports {bare_new}{detail}",
        "sessions have no node ports any more ({bare_old} before)",
        "session ports {bare_old} → {bare_new}",
    ),
    "session-address": Words("", "", "sessions answer at {new} ({old} before)"),
    "stream-ports": Words(
        "streams get the node ports {bare_new}",
        "streams have no node ports any more ({bare_old} before)",
        "stream ports {bare_old} → {bare_new}",
    ),
    "release": Words("{item} is installed", "{item} is uninstalled"),
    "chart": Words("", "", "chart of {item}: {old} → {new}"),
    "chart-version": Words(
        "chart of {item}: version {bare_new}",
        "chart of {item}: no version any more ({bare_old} before)",
        "chart of {item}: {bare_old} → {bare_new}",
    ),
    "host": Words(
        "address of {item}: {new}",
        "address of {item} is unset ({old} before)",
        "address of {item}: {old} → {new}",
    ),
    "env": _setting(f"{_OF}:".replace("{first}", "{first} variable")),
    "value": _setting("{first} value {rest}:"),
    "policy": Words("network policy {item} is added{detail}", "network policy {item} is removed"),
    "opening": Words("network policy {first} opens: {plain}", "network policy {first} closes: {plain}"),
    "policy-pods": Words("", "", "network policy {item} is for other pods now"),
    "egress": Words(
        "what the tenant reaches outside its namespace is restricted",
        "what the tenant reaches outside its namespace is no longer restricted",
    ),
    "permission": Words(
        "role {first} may now {list_new} {plain}",
        "role {first} may no longer {list_old} {plain}",
        "role {first} may {list_new} {plain} ({list_old} before)",
    ),
    "binding": Words(
        "{detail} gets the {plain_new}",
        "{was} loses the {plain_old}",
        "{detail} gets the {plain_new} ({plain_old} before)",
    ),
    "server-feature": _flag(
        "the server enables the feature {item}", "the server no longer enables the feature {item}"
    ),
    "ui-feature": _setting("role {first} in the UI: {rest}"),
    "group-setting": Words(
        "group {first}: {plain} {new}",
        "group {first}: {plain} is unset ({old} before)",
        "group {first}: {plain} {old} → {new}",
    ),
    "login-setting": Words(
        "login by {first}: {plain} {new}",
        "login by {first}: {plain} is unset ({old} before)",
        "login by {first}: {plain} {old} → {new}",
    ),
    "config": _setting("server setting {item}:"),
    "repository": Words(
        "charts of {item} come from {new}",
        "the chart repository {item} is no longer used",
        "charts of {item} come from {new} ({old} before)",
    ),
    "flux": _setting("Flux: {item}"),
    "flux-suspended": Words(
        "Flux no longer applies the tenant's folder (suspended)", "Flux applies the tenant's folder again"
    ),
    "secret": Words("Secret {item} is needed", "Secret {item} is no longer needed", "Secret {item} changes"),
    "image": _setting("image of Job {item}:"),
    "manifest": Words("{object} is added", "{object} is removed", "{object} changes{places}"),
}
_ORDER = (*WORDS, "group", "login-provider", "group-feature", "flow")
_PLACES = {noun: place for place, noun in enumerate(_ORDER, 1)}
_INSTALLATION = {
    "releaseName": "is installed as",
    "targetNamespace": "is installed in",
    "storageNamespace": "keeps Helm's records in",
}


def intents(comparison: Comparison) -> tuple[Intent, ...]:
    """The lines, by tenant (the platform first) and in a fixed order; no line twice."""
    found = dict.fromkeys(line for change in comparison.changes for line in _lines(comparison, change))
    found |= dict.fromkeys(_group_features(comparison))
    for flow in comparison.flows.flows:
        found[Intent(f"flow/{'opened' if flow.opened else 'closed'}", flow.tenant, flow.words)] = None
    return tuple(sorted(found, key=_order))


def _order(line: Intent) -> tuple[str, int, str, str]:
    """By tenant, the platform first; then what a tenant is, has and may, in WORDS' order."""
    noun = line.code.partition("/")[0]
    return line.tenant or "", _PLACES.get(noun, 0), line.code, line.message


def _lines(comparison: Comparison, change: FactChange) -> Iterator[Intent]:
    noun, tenant, _ = change.key
    if _is_part(comparison, change):
        return
    special = _SPECIAL.get(noun)
    if special is not None:
        yield from special(comparison, change)
        return
    words = WORDS.get(noun)
    text = getattr(words, change.how) if words is not None else ""
    if text:
        yield Intent(f"{noun}/{change.how}", tenant, _say(text, change))


def _is_part(comparison: Comparison, change: FactChange) -> bool:
    """True where something larger came or went, and is told instead."""
    facts = [fact for fact in (change.base, change.head) if fact is not None]
    return any(_came_or_went(comparison, key) for fact in facts for key in fact.parts_of)


def _came_or_went(comparison: Comparison, key: Key) -> bool:
    if key.noun in ("group", "login-provider"):  # no fact of their own: they are there while they have a part
        return (key in comparison.wholes[0]) != (key in comparison.wholes[1])
    return (key in comparison.before) != (key in comparison.after)


def _say(text: str, change: FactChange) -> str:
    first, _, rest = change.key.item.partition(" ")
    keys = tuple(change.key.item.replace(" ", ".").split("."))
    fact, old = change.head or change.base, change.base
    return text.format(
        item=name(change.key.item),
        first=name(first),
        rest=name(rest),
        plain=_plain(rest),
        old=word(change.before, keys),
        new=word(change.after, keys),
        bare_old=_plain(str(change.before)),
        bare_new=_plain(str(change.after)),
        plain_old=change.before,
        plain_new=change.after,
        list_old=_listed(change.before),
        list_new=_listed(change.after),
        detail=fact.detail if fact is not None else "",
        was=old.detail if old is not None else "",
        object=_object(change.key.item),
        places=_places(change),
        fate=_fate(change),
    )


def _plain(text: str) -> str:
    """Our own word as it is; anything that could be the author's in backticks."""
    simple = text.replace(".", "").replace("-", "").replace("_", "").replace("/", "").isalnum()
    return text if simple or "`" in text else name(text)


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else ""


def _object(item: str) -> str:
    kind, _, rest = item.partition(" ")
    return f"{_plain(kind)} {name(rest)}"


def _places(change: FactChange) -> str:
    """Which fields of a manifest changed, up to three."""
    before, after = change.before, change.after
    if not isinstance(before, dict) or not isinstance(after, dict):
        return ""
    paths = sorted({path for path in (*before, *after) if before.get(path) != after.get(path)})
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return f": {', '.join(_plain(path) for path in paths[:3])}{more}" if paths else ""


def _fate(change: FactChange) -> str:
    return "it is deleted with all that is in it"


def _tenant(comparison: Comparison, change: FactChange) -> Iterator[Intent]:
    tenant, how = change.key.tenant or "", change.how
    if how == "changed":
        old, new = name(str(change.before)), name(str(change.after))
        text = f"namespace {old} → {new}: the data in {old} stays behind"
        yield Intent("tenant/moved", tenant, text)
    elif how == "added":
        place = str(change.after)
        former = comparison.renamed.get(tenant)
        if former is None:
            text = f"the tenant is added: {describe(comparison.after, tenant, place)}"
            yield Intent("tenant/added", tenant, text)
        else:
            yield Intent("tenant/renamed", tenant, _rename(comparison, former, place))
    elif tenant not in comparison.renamed.values():
        yield Intent("tenant/removed", tenant, f"the tenant is removed: {_death(comparison, change)}")


def _rename(comparison: Comparison, former: str, place: str) -> str:
    before = str(comparison.before[Key("tenant", former, "")].value)
    said = f"the tenant is renamed from {name(former)}: "
    if before == place:
        return said + f"the namespace {name(place)} stays its own"
    protected = comparison.before.get(Key("protection", former, ""))
    if protected is not None and protected.value:
        return (
            said + f"the namespace {name(before)} and the data in it stay behind, {name(place)} begins empty"
        )
    return (
        said + f"the namespace {name(before)} is deleted with all that is in it, {name(place)} begins empty"
    )


def _death(comparison: Comparison, change: FactChange) -> str:
    place = name(str(change.before))
    kept = comparison.before.get(Key("protection", change.key.tenant, ""))
    if kept is not None and kept.value:
        return f"its namespace {place} and the data in it stay"
    return f"its namespace {place} is deleted with all that is in it"


def _namespace(comparison: Comparison, change: FactChange) -> Iterator[Intent]:
    if change.how == "removed":
        kept = comparison.before.get(Key("protection", None, change.key.item))
        fate = "it stays, for it is protected" if kept is not None and kept.value else _fate(change)
        text = f"namespace {name(change.key.item)} is removed: {fate}"
        yield Intent("namespace/removed", None, text)
    else:
        yield Intent("namespace/added", None, f"namespace {name(change.key.item)} is added")


def _protection(_comparison: Comparison, change: FactChange) -> Iterator[Intent]:
    tenant, item = change.key.tenant, change.key.item
    what = "the namespace" if tenant else f"namespace {name(item)}"
    if change.after:
        yield Intent("protection/added", tenant, f"{what} is protected")
    else:
        ends = "taking the tenant out" if tenant else "taking it out"
        yield Intent("protection/removed", tenant, f"{what} is no longer protected: {ends} will delete it")


def _release(_comparison: Comparison, change: FactChange) -> Iterator[Intent]:
    tenant, item = change.key.tenant, change.key.item
    if tenant and item == "agent":
        text = (
            "the tenant runs again: its agent is installed"
            if change.how == "added"
            else "the tenant is suspended: its agent is uninstalled"
        )
        code = "resumed" if change.how == "added" else "suspended"
        yield Intent(f"tenant/{code}", tenant, text)
    else:
        done = "installed" if change.how == "added" else "uninstalled"
        yield Intent(f"release/{change.how}", tenant, f"{name(item)} is {done}")


def _installation(_comparison: Comparison, change: FactChange) -> Iterator[Intent]:
    release, _, field = change.key.item.rpartition(" ")
    old, new = word(change.before), word(change.after)
    if field == "suspend":
        said = "is no longer updated (suspended)" if change.after else "is updated again"
    elif field != "serviceAccountName":
        said = f"{_INSTALLATION[field]} {new} ({old} before)"
    elif change.after is None:
        said = f"is applied with Flux's own rights (as {old} before)"
    else:
        said = f"is applied as {new}" + (
            f" ({old} before)" if change.before else " (with Flux's own rights before)"
        )
    yield Intent("release/changed", change.key.tenant, f"{name(release)} {said}")


def _control(_comparison: Comparison, change: FactChange) -> Iterator[Intent]:
    if change.how == "changed":
        text = f"the control namespace {word(change.before)} → {word(change.after)}"
        yield Intent("control/changed", None, text)


def _blueprint(_comparison: Comparison, change: FactChange) -> Iterator[Intent]:
    if change.how == "changed":
        text = f"the blueprint {word(change.before)} is renamed to {word(change.after)}"
        yield Intent("blueprint/changed", None, text)


def _group_features(comparison: Comparison) -> Iterator[Intent]:
    """Groups and login providers that came or went, and what groups that stay gain and lose."""
    wholes = comparison.wholes
    for key in sorted(
        (key for key in wholes[0] | wholes[1] if key.noun in ("group", "login-provider")),
        key=lambda key: (key.tenant or "", key.item),
    ):
        tenant, before, after = key.tenant, key in wholes[0], key in wholes[1]
        features = (_features(comparison, key, "base"), _features(comparison, key, "head"))
        if before and after:
            for feature in [each for each in features[1] if each not in features[0]]:
                yield Intent(
                    "group-feature/added", tenant, f"group {name(key.item)} gains the feature {name(feature)}"
                )
            for feature in [each for each in features[0] if each not in features[1]]:
                yield Intent(
                    "group-feature/removed",
                    tenant,
                    f"group {name(key.item)} loses the feature {name(feature)}",
                )
        elif before or after:
            how = "added" if after else "removed"
            what = "group" if key.noun == "group" else "login by"
            listed = f": {', '.join(map(name, features[1]))}" if after and features[1] else ""
            yield Intent(f"{key.noun}/{how}", tenant, f"{what} {name(key.item)} is {how}{listed}")


def _features(comparison: Comparison, key: Key, side: str) -> list[str]:
    facts = comparison.before if side == "base" else comparison.after
    fact = facts.get(Key("group-features", key.tenant, key.item))
    return [str(each) for each in fact.value] if fact is not None and isinstance(fact.value, list) else []


def _untold(_comparison: Comparison, _change: FactChange) -> Iterator[Intent]:
    """Told otherwise."""
    yield from ()


_SPECIAL: dict[str, Callable[[Comparison, FactChange], Iterator[Intent]]] = {
    "tenant": _tenant,
    "namespace": _namespace,
    "protection": _protection,
    "release": _release,
    "installation": _installation,
    "control": _control,
    "blueprint": _blueprint,
    "group-features": _untold,
}
