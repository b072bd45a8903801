"""Stands in for numerai-tools while its own tests run on our modules."""
