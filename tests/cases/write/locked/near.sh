mkdir out
exec 9< out
flock 9
flock --unlock 9
mtc render blueprint.yaml -o out
