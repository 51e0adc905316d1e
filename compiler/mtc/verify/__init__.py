"""Tree → diagnostics: what only the rendered objects can show.

Reads documents, never the plan's reasons, so that it cannot be fooled by what it checks: no two objects share
an identity (identities), each is what its kind allows (shapes, by the schemas of kinds; faults leads back to
the blueprint), and the tenants are isolated: isolation is the proof, flows what it holds the tree against,
network what it says. No account of a tenant may move its walls: rights reads the rendered RBAC, access judges
it, trespasses says it. The author's extras are objects like the others. A tree on the disk (folder) is judged
alike, but for these proofs; kubeconform can be the judge of shapes instead. In: a Tree, and the plan for what
should be possible and for the positions in its blueprint; or a folder. Out: diagnostics.
"""

from mtc.model.rule import Page
from mtc.verify.breaches import PAGES as OF_NETWORK
from mtc.verify.folder import unreadable, verify_folder, yaml_files
from mtc.verify.identities import collision
from mtc.verify.pages import PAGES as OF_OBJECTS
from mtc.verify.tree import verify_extras, verify_tree
from mtc.verify.trespasses import PAGES as OF_RIGHTS

__all__ = ["PAGES", "verify_extras", "verify_folder", "verify_tree", "yaml_files"]

PAGES = (
    Page("names/identity", "error", collision),
    Page("tree/unreadable", "error", unreadable),
    *OF_OBJECTS,
    *OF_NETWORK,
    *OF_RIGHTS,
)
