"""What an attacker tries, each attempt judged by hook, server and CI.

A test's name says what the attacker tries, and its docstring is one row of the table in docs/trust.md: the trick as a
sentence, then the answer as the next. Families of a trick are parameters of one test. Whoever adds a scenario runs
`python -m tests.attacks.table --write`; a merge conflict in that table is resolved by running it again.
"""
