mkdir out
echo "resources: [mine]" > out/kustomization.yaml
mtc render blueprint.yaml -o out
