"""Figures of the service on data that it generates, each as a ratio to a floor measured in the same run."""
