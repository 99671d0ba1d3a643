"""Lets `python -m detector` be `art9`."""

from detector.cli import main

main()
