"""What a report shows: pure functions from the index to rows, one module a page. Nothing here knows how it will look."""
