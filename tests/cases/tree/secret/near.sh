mkdir out
cat > out/secret.yaml <<END
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: acme}
data: {token: bm90IGJhc2U2NA==}
END
mtc validate --tree out
