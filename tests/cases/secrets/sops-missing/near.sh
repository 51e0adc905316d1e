cp --recursive "$EXAMPLES"/current* .
mtc validate current.yaml
