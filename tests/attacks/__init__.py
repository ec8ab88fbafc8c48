"""What an attacker tries, each attempt judged by hook, server and CI; further forms of one trick, and what is only
large, by CI alone, as they differ in nothing but what the three share.

A test's name says what the attacker tries, and its docstring says the trick as a sentence, then the answer as the next.
Forms of one trick are parameters of one test. A module is one row of the table in docs/trust.md: its docstring says
what the family of tricks is. Whoever adds a scenario runs `python -m tests.attacks.table --write`; a merge conflict in
that table is resolved by running it again.
"""
