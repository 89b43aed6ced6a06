"""The wrong plugins are imported by the tests that need them, never by collecting."""

collect_ignore_glob = ["mutants/*", "good_samples.py"]
