"""Values of a volume where planes, slabs and curved planes lie, and projections of whole volumes."""
