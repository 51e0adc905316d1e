"""mtc, the multi-tenancy compiler: one blueprint of a ClearML deployment in, one Git tree for Flux out.

Start at `pipeline.py`: every stage, in order. The nouns they exchange are in `model/`.
"""

__version__ = "0.1.0"
