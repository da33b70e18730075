"""Side-by-side measurements of skembed and what people use instead; see README.md."""
