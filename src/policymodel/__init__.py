"""What an appraisal and pay scheme costs, whom it moves and what it rewards, before it is decided."""

__version__ = "0.1.0"

__all__ = ["__version__"]
