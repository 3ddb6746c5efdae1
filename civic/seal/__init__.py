"""The sealed log: all events as a Merkle log, signed checkpoints, witnesses."""
