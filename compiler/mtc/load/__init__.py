"""Text to blueprint: the author's file becomes typed intent, or every fault in it with its place.

Goes in: a path (or text) and the files it names. Comes out: `Outcome[Blueprint]`, its defaults filled in and
its profiles merged, or the diagnostics of the whole file in one run. The contract is
schema/blueprint.schema.json; this room owns it, and jsonschema-rs. It must not know what is made of a
blueprint: names, ports and features are judged by check/ and decided by plan/.

The way, module by module: yamlio.parse (nodes with places) → reading (data, as the schema directs) → contract
(what the schema refuses) → faults (the same in words) → merging and settings (layers to effective settings) →
platform and tenants (types). `judging` and `blueprint` put them in order.
"""

from mtc.load.blueprint import load_blueprint, load_text
from mtc.load.contract import schema_text
from mtc.load.lock import load_lock
from mtc.load.pages import PAGES

__all__ = ["PAGES", "load_blueprint", "load_lock", "load_text", "schema_text"]
