"""Administrative divisions (行政区划): names and years of the codes in an ID number."""
