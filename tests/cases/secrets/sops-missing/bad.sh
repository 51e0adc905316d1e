cp --recursive "$EXAMPLES"/current* .
rm current-secrets/clearml/server.yaml
mtc validate current.yaml
