printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: limits, namespace: clearml}\n' > alerts.yaml
echo '  extras: {platform: [alerts.yaml]}' >> blueprint.yaml
mtc validate blueprint.yaml
