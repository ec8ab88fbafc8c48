"""The gate replayed over history: what each change that has landed had, and what it lacked."""
