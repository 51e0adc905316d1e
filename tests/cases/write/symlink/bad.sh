mtc render blueprint.yaml -o out
mv out/platform elsewhere
ln -s ../elsewhere out/platform
mtc render blueprint.yaml -o out
