truncate --size 65M blueprint.yaml
mtc validate blueprint.yaml
