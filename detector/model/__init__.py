"""The readers that training made, classifier, network and language reader; how they are joined."""
