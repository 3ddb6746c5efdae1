"""Freezing the pool with four eyes; receipts and objections."""
