"""The helper library of the course; each module has one subject and is imported by name."""

__version__ = "0.2.0"
