"""The weighting workshop: what people answer becomes weights, with how far they disagree."""
