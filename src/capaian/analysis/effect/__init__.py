"""Did it work: scores over time, before and after, with and without."""
