"""From one score to another: what a change is made of, and what would make one."""
