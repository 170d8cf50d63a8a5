"""How far an order of candidates holds, and what to find out next. Only the package `draws` uses numpy."""
