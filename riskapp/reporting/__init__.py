"""Reports: a snapshot's bytes in, a PDF out. WeasyPrint lives in a child process only."""
