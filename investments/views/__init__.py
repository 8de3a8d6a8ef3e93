"""Which page: permission, form, one query or action, render."""
