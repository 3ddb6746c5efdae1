"""Full text over everything public, without an extra server (ADR 0013)."""
