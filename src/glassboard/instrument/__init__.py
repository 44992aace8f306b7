"""Reads live models: modules, operations and tensor shapes."""
