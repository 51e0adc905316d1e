head --bytes 1M /dev/zero | tr '\0' '#' >> blueprint.yaml
mtc validate blueprint.yaml
