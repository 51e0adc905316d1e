mtc render blueprint.yaml -o out
sed -i "s/^  tenants:/  tenants: []/; /name: acme/d" blueprint.yaml
mtc render blueprint.yaml -o out
