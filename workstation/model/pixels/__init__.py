"""From the bytes of Pixel Data to pixels: syntaxes, fragments, decoders, and the attributes that give them meaning."""
