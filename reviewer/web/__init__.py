"""The web application: pages for people and a JSON API, around the same functions that the command line calls."""
