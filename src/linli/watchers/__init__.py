"""They read the journal and are imported by nobody."""
