"""What can be done with panels and draws.

`panels` and `draws` write; `reading` and `compute` are the only modules outside `civic.sortition` that
know the engine. Nothing is imported here: the process that computes a draw needs no database and no keys.
"""
