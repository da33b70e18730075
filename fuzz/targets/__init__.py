"""One module for each kind of file, with its `TARGET`."""
