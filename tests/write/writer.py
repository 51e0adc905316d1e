"""Program: write a tree into a folder, in a process that others may kill.

python writer.py TREE.json FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mtc.write import write_tree

if __name__ == "__main__":
    files = {path: text.encode() for path, text in json.loads(Path(sys.argv[1]).read_text()).items()}
    outcome = write_tree(files, Path(sys.argv[2]), allow_empty=True)
    sys.exit(0 if outcome.value is not None else 1)
