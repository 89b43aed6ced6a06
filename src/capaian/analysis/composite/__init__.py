"""Composite indicators: methods that look at a whole cohort, beside the policy's own rule."""
