printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: clearml}\n' > one.yaml
sed 's/one/other/' one.yaml > other.yaml
echo '  extras: {platform: [one.yaml, other.yaml]}' >> blueprint.yaml
mtc validate blueprint.yaml
