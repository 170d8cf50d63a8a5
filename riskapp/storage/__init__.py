"""SQL tables, the queries over them, and files by content hash. Queries return frozen values, never rows."""
