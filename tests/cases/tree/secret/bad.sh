mkdir out
cat > out/secret.yaml <<END
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: acme}
data: {token: not base64}
END
mtc validate --tree out
