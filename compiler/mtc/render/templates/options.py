"""How the templates beside this file are read. Imports nothing: a build that has no mtc yet reads it too."""

from typing import Final

OPTIONS: Final = {
    "autoescape": False,  # it is not HTML
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
}
FILTERS: Final = ("plain", "code", "yaml", "sh")
