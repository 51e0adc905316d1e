mtc render blueprint.yaml -o out
echo >> out/tenants/acme/namespace.yaml
mtc render blueprint.yaml -o out --force
