"""Tests of what is printed and in which words."""
