"""Scans of any size: read, judge once, count, go on after an interruption, report."""
