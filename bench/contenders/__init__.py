"""Engines that price the same scheme on the same facts, each in its own manner."""
