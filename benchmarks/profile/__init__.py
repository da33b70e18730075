"""Where the time goes: operations, functions, and what each part of skembed saves."""
