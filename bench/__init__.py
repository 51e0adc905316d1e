"""What mtc costs, measured as anyone can: `make bench`, or `python -m bench`.

`timing` runs processes, `cases` says which, `measuring` runs them in turn with their yardstick, `results`
keeps and compares the figures, `peers` is what a team would otherwise have, `page` and `plot` make
docs/performance.md.
"""
