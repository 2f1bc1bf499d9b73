"""Files of a made-up school, and writers of their kinds."""
