mtc render blueprint.yaml -o out
mv out/platform elsewhere
mtc render blueprint.yaml -o out
