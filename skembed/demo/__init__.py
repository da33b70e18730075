"""The main job from the command line: ``python -m skembed.demo``."""
