"""What a line of plain block style looks like, in patterns that never try a text twice: mtc.yamlio.quick."""

from __future__ import annotations

import re
from typing import Final

KEY: Final = r"[A-Za-z_][A-Za-z0-9_./-]*"
# Plain text: no `: ` and no ` #` in it. In brackets it also ends at a comma or bracket.
PLAIN: Final = r"[A-Za-z0-9_/.$](?:[^\s:#]++|:(?=\S)| +(?=[^\s:#])|(?<=\S)#)*+"
INSIDE: Final = r"""[A-Za-z0-9_/.$](?:[^\s:#,\[\]{}"']++|:(?=[^\s,\[\]{}"'])| +(?=[^\s:#,\[\]{}"']))*+"""
DOUBLE, SINGLE = r'[^"\\\n]*+', r"[^'\n]*+"  # what is between the quotes
QUOTED: Final = rf"""\"{DOUBLE}\"|'{SINGLE}'(?!')"""

# What most lines are: a key and its plain text, what is in brackets, or nothing yet.
ENTRY: Final = re.compile(rf"( *)(- )?({KEY}):(?: (?:({PLAIN})|([\[{{].*)))?\Z")
LINE: Final = re.compile(rf"( *)(?:(- +)?(?:({KEY}):(?: +|$))?)(.*)")
SCALAR: Final = re.compile(rf"({PLAIN}|{QUOTED})(?: +#.*| *)\Z")
# Brackets around plain texts alone, in the usual spacing.
FLAT: Final = re.compile(rf"[\[{{]((?:(?:{KEY}: )?{INSIDE}(?:, (?=[^ \]}}])|(?=.\Z)))+)[\]}}]\Z")
TOKEN: Final = re.compile(rf" *(?:({KEY}):(?= )|({INSIDE}|{QUOTED})(?= *[,\]}}])|([\[\]{{}},]))")
REST: Final = re.compile(r"(?: +#.*| *)\Z")
