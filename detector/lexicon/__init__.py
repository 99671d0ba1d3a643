"""All rules compiled once: their cues in a text, what speaks against them, what stands around."""
