//! The sample log: made by arithmetic alone, so that it costs no fetched byte and is the same everywhere.
