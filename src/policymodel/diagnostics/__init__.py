"""Whether what was measured can be relied on; one question a module."""
