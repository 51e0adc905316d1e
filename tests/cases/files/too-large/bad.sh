head --bytes 40M /dev/zero | tr '\0' '#' > one.yaml
cp one.yaml other.yaml
echo '  extras: {platform: [one.yaml, other.yaml]}' >> blueprint.yaml
mtc validate blueprint.yaml
