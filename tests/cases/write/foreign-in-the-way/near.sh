mkdir out
echo "resources: [mine]" > out/mine.yaml
mtc render blueprint.yaml -o out
