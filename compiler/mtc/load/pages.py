"""The manual pages of what is wrong with a blueprint before its rules are asked: its files, its fields."""

from __future__ import annotations

from typing import Final

from mtc.model.rule import Note

PAGES: Final = (
    Note(
        "files/missing",
        """A file that is not there: the blueprint itself, or one that it names.

        Paths in a blueprint begin in the blueprint's folder.

        Fails:
            extras: {platform: [alerts.yaml]}

        Passes:
            extras: {platform: []}""",
    ),
    Note(
        "files/directory",
        """A folder where a file belongs.

        `spec.extras` names files, one by one, so that a review shows which ones there are.

        Fails: `extras: {platform: [manifests]}`, where `manifests` is a folder.
        Passes: `extras: {platform: [manifests/alerts.yaml]}`.""",
    ),
    Note(
        "files/unreadable",
        """A file that is there, and that the system does not hand out.

        Its permissions forbid it, or it is no regular file: a pipe, a socket, a device.

        Fails: an extra manifest that is a named pipe.
        Passes: the same as a file.""",
    ),
    Note(
        "files/outside",
        """A path that leaves the blueprint's folder, or a blueprint that is itself a link out of its folder.

        A blueprint from a pull request must not read the machine that renders it. Symbolic links are
        followed, as long as they stay inside: the blueprint's own and its lock file's too.

        Fails:
            extras: {platform: [../../etc/passwd]}

        Passes:
            extras: {platform: []}""",
    ),
    Note(
        "files/too-large",
        """The files that a blueprint names are together larger than 64 MiB.

        Each may be small enough. Many links to one file are many files.

        Fails: a hundred encrypted files of a megabyte each.
        Passes: the hundred, without the data that something else generated.""",
    ),
    Note(
        "faults/too-many",
        """A file with more than a thousand faults.

        Nobody reads more, and a file that was made to have millions would take the memory of the machine
        that says them. The first thousand are said.

        Fails: a million times the same key in one map.
        Passes: a blueprint with fewer faults.""",
    ),
    Note(
        "values/acting",
        r"""A name or another text of the language holds a character that acts instead of being shown.

        Control characters steer terminals; marks that turn the direction of writing let a reviewer read
        another name than the one that counts; a space of no width makes two names look like one. Joiners,
        which Persian and Hindi need, may stay, and free-form parts may hold what they like.

        Fails:
            profiles: {large: {queues: {"train\e[2J": {share: 1}}}}

        Passes:
            profiles: {large: {queues: {train: {share: 1}}}}""",
    ),
    Note(
        "schema/api-version",
        """A file for another compiler.

        Its fields would all be judged wrongly, so nothing else is said about it.

        Fails: `apiVersion: mtc/v2`.
        Passes: `apiVersion: mtc/v1alpha1` and `kind: Blueprint`.""",
    ),
    Note(
        "schema/required",
        """A field without a default is missing.

        For a tenant's setting it is enough that one layer has it: the tenant, its profile, or
        `tenantDefaults`.

        Fails:
            nodePorts: {pool: {first: 31010}}

        Passes:
            nodePorts: {pool: {first: 31010, last: 32767}}""",
    ),
    Note(
        "schema/unknown-field",
        """A field that the language does not have.

        It would be ignored in silence: a slip of the finger would switch something off that its author
        believes to be on. docs/language.md has every field.

        Fails:
            nodePorts: {poool: {first: 31010, last: 32767}}

        Passes:
            nodePorts: {pool: {first: 31010, last: 32767}}""",
    ),
    Note(
        "schema/type",
        """A list where a map belongs, text where a number belongs, nothing where something belongs.

        True and false are written plain: `yes`, `on` and quotes are read differently by the tools on the
        way.

        Fails:
            billing: {enabled: yes}

        Passes:
            billing: {enabled: false}""",
    ),
    Note(
        "schema/enum",
        """A value that is none of those that its field knows.

        The field's description in docs/language.md says what each of them does.

        Fails:
            redis: {mode: sometimes}

        Passes:
            redis: {mode: shared}""",
    ),
    Note(
        "schema/pattern",
        """Text that is not what its field holds: a DNS name, a duration, an address, an e-mail address.

        The API server, Flux or the ClearML server would refuse it, or take it for something else.

        Fails:
            hosts: {api: API_server}

        Passes:
            hosts: {api: api-server}""",
    ),
    Note(
        "schema/length",
        """Text or a list that is too short or too long.

        The limits are those of Kubernetes and Helm, less what the compiler adds to a name.

        Fails:
            redis: {releaseName: more-than-the-53-characters-that-helm-has-for-a-release}

        Passes:
            redis: {releaseName: redis}""",
    ),
    Note(
        "schema/range",
        """A number that is too small or too large, or an interval that ends before it begins.

        The limits are those of what reads the number; docs/language.md has them.

        Fails:
            nodePorts: {pool: {first: 32000, last: 31000}}

        Passes:
            nodePorts: {pool: {first: 31000, last: 32000}}""",
    ),
    Note(
        "schema/unique",
        """A list that says something twice.

        Nothing would be different without the second one, so one of the two was meant to be something else.

        Fails:
            cluster: {reservedNamespaces: [ops, ops]}

        Passes:
            cluster: {reservedNamespaces: [ops, logs]}""",
    ),
    Note(
        "schema/choice",
        """Fields that exclude each other, or none of those of which one is needed.

        Two layers of a tenant may bring the two together: `null` in the nearer layer takes one away.

        Fails:
            profiles: {large: {queues: {one: {gpus: 1, migProfile: 1g.10gb}}}}

        Passes:
            profiles: {large: {queues: {one: {gpus: 1}}}}""",
    ),
    Note(
        "profiles/unknown",
        """A tenant with a profile that the blueprint does not have.

        It would get none of the profile's settings.

        Fails: `profile: large` in a tenant, without `large` in `spec.profiles`.
        Passes: the same with it.""",
    ),
)
