"""Who the panel must look like."""
