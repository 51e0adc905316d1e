mtc render blueprint.yaml -o out
sed -i "1i <<<<<<< ours" out/.mtc/inventory.json
mtc render blueprint.yaml -o out
