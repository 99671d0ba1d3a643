"""From a comment to findings: the gate that proves most clear, and the judge of the rest."""
