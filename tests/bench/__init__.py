"""Benchmarks: each prints ratios from one run, side by side; none asserts a time."""
