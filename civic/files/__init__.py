"""Files that people give us: checked, made anew where possible, kept in the database or in a directory."""
