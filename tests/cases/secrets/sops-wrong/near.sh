cp --recursive "$EXAMPLES"/current* .
sed -i "s/^    name: .*/    name: server/" current-secrets/clearml/server.yaml
mtc validate current.yaml
