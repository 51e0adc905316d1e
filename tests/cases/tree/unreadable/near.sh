mtc render blueprint.yaml -o out
mtc validate --tree out
