"""The quarter's procedure (S6.9): who computed, reviewed, submitted, approved and released which figures."""
