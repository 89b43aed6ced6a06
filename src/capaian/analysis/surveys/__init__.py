"""Surveys as measures: what their items are worth, and what their design makes of them."""
