"""What the headers of files say: a summary for a reader, and every element for one who looks for an error."""
