"""The program that runs in the cluster: it makes the ClearML API agree with one tenant's wish.

Two commands, standard library of Python 3.9 or later, nothing of the compiler:
`python3 -m mtc.bootstrap` (a tenant) and `python3 -m mtc.bootstrap.applications` (the application package).
In: a JSON wish (`wish.py`), the API's credentials, the tenant's Secret. Out: the same wish made true, the
tenant's credentials in that Secret, a line a step, an exit code (`faults.py`).

How it ships: every `*.py` here is one key of one ConfigMap, mounted flat at `<somewhere>/mtc/bootstrap` with
`PYTHONPATH=<somewhere>`. `mtc` is then a namespace package without an `__init__.py`, so the same absolute
imports work in the pod, in the wheel and under mypy. Nothing is templated into the code.

Start at `converge.py`: the steps, in order. A step looks, changes what differs, and is asked to look again.
"""
