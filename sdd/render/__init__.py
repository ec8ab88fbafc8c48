"""A verdict as text for people or as a document for programs: one module a format. Nothing here prints."""
