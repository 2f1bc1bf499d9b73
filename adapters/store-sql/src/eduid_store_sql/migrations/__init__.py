"""The migrations, in order: `versions/` holds one file per release that changed the tables."""
