"""The platform's pages for people: the office behind a password, and the query page for residents.

Plain HTML without scripts or anything from elsewhere. What the pages do stands in the modules above
this folder.
"""
