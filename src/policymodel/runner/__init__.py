"""Runs: notebooks executed a region at a time, several at once, and what is written down about each."""
