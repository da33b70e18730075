"""Measurements of skembed: speed, accuracy and scale; see README.md."""
