"""The only door to YAML: text in with positions, canonical text out.

`parse` gives nodes that know where they stand; `emit` writes documents that every reader we know reads
alike (YAML 1.1 and 1.2, PyYAML, ruamel.yaml, go-yaml). It knows nothing of blueprints or Kubernetes.
"""
