mkdir out
mkfifo out/pipe.yaml
mtc validate --tree out
