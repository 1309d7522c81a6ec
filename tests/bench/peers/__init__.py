"""Who is compared: each written as its own documentation would have it, over the same tables."""
