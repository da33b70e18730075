"""How well the classifiers do on real texts, next to TF-IDF."""
