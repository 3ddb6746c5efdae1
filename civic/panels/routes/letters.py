"""Letter texts, and typesetting letters from an address file."""
