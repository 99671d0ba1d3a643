"""The two readers that training made, the classifier and the network, and how they are joined."""
