"""Promises: what a scheme file says, and the algebra it is made of."""
