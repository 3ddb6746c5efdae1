"""Letters as PDF, set with typst; it works in a process of its own, without settings, keys or database."""
