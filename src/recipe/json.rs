//! The recipe as JSON, for the command line.
