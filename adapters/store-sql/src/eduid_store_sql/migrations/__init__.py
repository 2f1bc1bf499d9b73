"""The migrations, in order: `versions/` holds one file a release that changed the tables."""
