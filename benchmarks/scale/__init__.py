"""How far skembed goes: what is measured of it, and a simulation of what cannot be."""
