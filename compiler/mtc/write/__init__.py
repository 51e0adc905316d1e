"""Write: a rendered tree into a folder, so that a kill at any instant costs nothing but a second run."""

from mtc.write.ahead import Ahead, Glance, look
from mtc.write.drift import CheckReport, check_tree
from mtc.write.pages import PAGES
from mtc.write.part import Part, look_within
from mtc.write.sums import Sums, sums_of
from mtc.write.tree import WriteReport
from mtc.write.writing import Writing, write_tree

__all__ = [
    "PAGES",
    "Ahead",
    "CheckReport",
    "Glance",
    "Part",
    "Sums",
    "WriteReport",
    "Writing",
    "check_tree",
    "look",
    "look_within",
    "sums_of",
    "write_tree",
]
