"""`python -m capaian.cli` is the command line."""

from capaian.cli import main

main()
