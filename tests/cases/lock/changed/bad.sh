cp ports.yaml blueprint.yaml
mtc render blueprint.yaml -o out --locked
