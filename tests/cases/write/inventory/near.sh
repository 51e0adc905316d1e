mtc render blueprint.yaml -o out
rm --recursive out
mtc render blueprint.yaml -o out
