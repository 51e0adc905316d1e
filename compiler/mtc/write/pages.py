"""The manual pages of why a tree is not written. Nothing is changed where one of these is said."""

from __future__ import annotations

from typing import Final

from mtc.model.rule import Note

PAGES: Final = (
    Note(
        "lock/changed",
        """A lock file that would change, where `--locked` forbids it.

        Node ports are handed out once, and the lock file keeps them. In a pull request it has to be
        committed with the blueprint: what is checked there must be what is applied.

        Fails: `mtc render --locked`, a tenant in port mode, and no lock file.
        Passes: `mtc lock` before it.""",
    ),
    Note(
        "write/edited",
        """A file of the tree that somebody edited by hand.

        The next render would undo it in silence, and whoever did it had a reason.

        Fails: a render after `echo >> out/tenants/acme/namespace.yaml`.
        Passes: the same with `--force`, which gives the edit up.""",
    ),
    Note(
        "write/foreign-in-the-way",
        """A file that the compiler did not write, where the tree has a place for one.

        Nobody knows what it is for, so it is not overwritten.

        Fails: a first render into a folder that has another `kustomization.yaml`.
        Passes: the same into a folder without one.""",
    ),
    Note(
        "write/symlink",
        """A symbolic link in the place of a file or folder of the tree.

        It might lead out of the folder, so it is never followed.

        Fails: `out/platform`, a link to a folder elsewhere.
        Passes: the same as a folder.""",
    ),
    Note(
        "write/empty",
        """A render that would remove every tenant at once.

        Flux deletes what is no longer in the tree: all namespaces of all tenants, with what is in them.

        Fails: a blueprint whose `tenants` became empty.
        Passes: the same with `--allow-empty`.""",
    ),
    Note(
        "write/inventory",
        """A damaged list of the files that the compiler owns.

        `.mtc/inventory.json` tells the compiler's files from other people's; without it nothing can be
        removed safely. A merge conflict in it is the usual cause.

        Fails: a render over an inventory with conflict markers.
        Passes: the same after `git checkout -- out/.mtc`.""",
    ),
    Note(
        "write/locked",
        """Another render is at work in the folder.

        Two at once would each take the other's files for edits by hand.

        Fails: a second `mtc render` into a folder while the first is writing.
        Passes: the same after it.""",
    ),
    Note(
        "write/case-collision",
        """Two paths of the tree that differ by upper and lower case only.

        A checkout on macOS or Windows keeps only one of the two.

        Fails: two objects whose files would be `extra.A.yaml` and `extra.a.yaml`.
        Passes: `extra.a.yaml` and `extra.b.yaml`.""",
    ),
)
