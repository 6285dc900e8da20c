from .reference import load_shipped

__all__ = ["load_shipped"]
