"""Waves of letters, the share of each municipality, codes and the log of extractions."""
