"""The mandate of a panel, the convenants, and initiatives that ask for a panel."""
