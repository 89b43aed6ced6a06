"""How sure a score, its band and its rank are, given the errors of what was measured."""
