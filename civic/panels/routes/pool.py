"""The pool of registrants: figures, flags, intake by staff, checks."""
