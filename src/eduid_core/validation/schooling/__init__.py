"""Schooling: grades, classes and entry years as schools write them."""
