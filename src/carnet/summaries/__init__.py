"""The page of a record that is read in ten seconds, as one reader sees it."""
