"""Pure codecs of the formats that Carnet speaks: bytes in, values out. No Django, no files, no network."""
