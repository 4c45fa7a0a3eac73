//! The recipe as a query string, by the closed table of keys in the design.
