"""Person names: characters, scripts and the GB 18030 repair."""
