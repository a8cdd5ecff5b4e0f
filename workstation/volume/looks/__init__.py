"""How a volume is looked at in three dimensions: values alone, which know nothing of what draws them."""
