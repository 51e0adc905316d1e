cp --recursive "$EXAMPLES"/current* .
sed -i "s/^    name: .*/    name: clearml/" current-secrets/clearml/server.yaml
mtc validate current.yaml
