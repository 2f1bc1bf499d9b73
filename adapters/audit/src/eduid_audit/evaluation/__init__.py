"""A labelled evaluation set: forms with noise, forms with real differences, and the scorer."""
