"""Pure codecs of the formats that Carnet speaks: bytes and text in, values out. No Django, no files, no network."""
