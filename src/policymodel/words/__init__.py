"""Everything a reader reads: catalogues, numbers, sentences, claims, and schemes put into words."""
