"""What a team would have otherwise, on the documents of the same tenants.

`derive` makes their inputs out of a tree that mtc rendered: one template and one builder for all tenants, and
a table of the words in which tenants differ. `text` and `dicts` are programs as a team writes them; `kapitan`
sets up the real one. `equal` compares what they wrote with what mtc wrote. `compared` has their cases.
"""
