"""One owner for each library: whoever comes second asks the first to do the work, over a socket of this computer."""
