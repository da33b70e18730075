"""How fast skembed is, beside what people use instead, and where the time goes."""
