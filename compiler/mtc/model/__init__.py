"""The nouns that the stages exchange, and nothing else: frozen, no I/O, no third-party library.

Text has a `Source` and `Span`s; what is wrong with it is a `Diagnostic`; what the author wrote is a
`Blueprint`; what was decided is a `Plan`; one Kubernetes object is a `Document`; files are a `Tree`.
`clearml` holds what is known of ClearML as tables, each row with its source. A stage imports from here
and from no other stage, so any stage can be read, tested or rewritten alone.
"""
