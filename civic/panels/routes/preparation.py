"""The overview of the steps from mandate to pool, and stopping."""
