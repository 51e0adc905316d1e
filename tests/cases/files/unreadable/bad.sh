mkfifo alerts.yaml
echo '  extras: {platform: [alerts.yaml]}' >> blueprint.yaml
mtc validate blueprint.yaml
