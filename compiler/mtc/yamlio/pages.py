"""The manual pages of what is wrong with a file as YAML, before anybody asks what it means."""

from __future__ import annotations

from typing import Final

from mtc.model.rule import Note

PAGES: Final = (
    Note(
        "yaml/too-large",
        """A file of more than 64 MiB, or a list of more than 20,000 maps.

        No blueprint needs that (it has at most 10,000 tenants), and no cluster could apply what would
        come of it. Nothing of the file is read on.

        Fails: a blueprint of 65 MiB.
        Passes: the same, generated data taken out of it.""",
    ),
    Note(
        "yaml/encoding",
        """A file that is not UTF-8 text.

        It is the one encoding that every tool on the way to the cluster reads. An editor on Windows may
        have saved the file as UTF-16 or Windows-1252; what is binary is no blueprint at all.

        Fails: `company: Müller`, saved as Windows-1252.
        Passes: the same, saved as UTF-8, with or without a byte order mark.""",
    ),
    Note(
        "yaml/character",
        r"""A character that readers of YAML disagree about.

        Control characters stand in no YAML file, and U+0085, U+2028 and U+2029 break a line to some readers
        and not to others. They come with text that was copied from a page or a terminal. U+007F to U+009F,
        U+FFFE and U+FFFF may not be written as escapes either: Flux' kustomize would stop at them, or make
        blanks of them.

        Fails: `company: Acme`, with U+2028 after it.
        Passes: `company: "Acme\u2028"`.""",
    ),
    Note(
        "yaml/syntax",
        """Text that is not YAML.

        Mostly indentation that lines up with nothing, a tab, a bracket or a quote that is never closed,
        or a `:` in text that has no quotes. The place is where reading stopped; where what it stopped in
        had begun is shown too. Nothing after it is judged.

        Fails:
            tls: {secretName: [wildcard}

        Passes:
            tls: {secretName: wildcard}""",
    ),
    Note(
        "yaml/empty",
        """A file with nothing in it.

        It has no byte, or comments alone: a template whose lines are all commented out, or a write that was
        cut short.

        Fails: a file with one comment.
        Passes: a blueprint.""",
    ),
    Note(
        "yaml/multiple-documents",
        """A second document in the file.

        One blueprint, one file: most tools would read the first document and be silent about the others.

        Fails: a blueprint, a line `---`, and another one.
        Passes: two files.""",
    ),
    Note(
        "yaml/duplicate-key",
        """One key twice in one map.

        Readers take the first, or the last, or refuse the file; nobody knows which one was meant. It is
        what a merge of two branches leaves behind.

        Fails:
            tls: {secretName: old, secretName: new}

        Passes:
            tls: {secretName: new}""",
    ),
    Note(
        "yaml/key",
        """A key that is empty, a list, a map, or too long.

        YAML has such keys; JSON and Kubernetes do not, and no reader takes one of over 1,024 characters.
        Often it is a Helm or Jinja expression, `{{name}}`, which YAML reads as a map in a map's key.

        Fails:
            tls: {{secretName: wildcard}: x}

        Passes:
            tls: {secretName: wildcard}""",
    ),
    Note(
        "yaml/merge-key",
        """The merge key `<<`.

        YAML 1.2 dropped it, and only some readers still know it; kustomize does in quotes, too. What tenants
        share stands in `tenantDefaults` or in a profile, where it is seen.

        Fails:
            profiles: {large: {<<: {sessions: {maxServices: 20}}}}

        Passes:
            profiles: {large: {sessions: {maxServices: 20}}}""",
    ),
    Note(
        "yaml/anchor",
        """An anchor, `&name`.

        It is a second way to share settings, invisible where it is used. What tenants share stands in
        `tenantDefaults` or in a profile.

        Fails:
            hosts: {api: &api api}

        Passes:
            hosts: {api: api}""",
    ),
    Note(
        "yaml/alias",
        """An alias, `*name`.

        The other half of an anchor (yaml/anchor), and the fuse of every YAML bomb. A text that begins with
        `*` needs quotes.

        Fails:
            cluster: {reservedNamespaces: [*all]}

        Passes:
            cluster: {reservedNamespaces: [all]}""",
    ),
    Note(
        "yaml/tag",
        """A tag, `!name`.

        What a value is, the schema says; a tag could say otherwise, or make a careless reader run code. A
        text that begins with `!` needs quotes.

        Fails:
            hosts: {api: !!str api}

        Passes:
            hosts: {api: api}""",
    ),
    Note(
        "yaml/too-deep",
        """More than 100 levels of nesting.

        No blueprint has them, and some readers die of them.

        Fails: two hundred `[` in a row.
        Passes: any blueprint that a person wrote.""",
    ),
    Note(
        "values/ambiguous",
        """A number that YAML 1.1 and YAML 1.2 read differently.

        Helm's and Flux's readers are of both kinds: `010` is 8 to one and 10 to the other. Where the schema
        knows what belongs there (text or a number) nothing is guessed, so this is said only of free values.

        Fails:
            profiles: {large: {agent: {values: {mode: 010}}}}

        Passes:
            profiles: {large: {agent: {values: {mode: "010"}}}}""",
    ),
    Note(
        "values/unrepresentable",
        """A number that does not fit in 53 bits, infinity, or not-a-number.

        JSON has no form for the last two, and readers round what is larger: what arrives is not what was
        written.

        Fails:
            profiles: {large: {agent: {values: {size: 99999999999999999999}}}}

        Passes:
            profiles: {large: {agent: {values: {size: "99999999999999999999"}}}}""",
    ),
)
