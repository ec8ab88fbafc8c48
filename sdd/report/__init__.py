"""What a report shows: pure functions from the index to rows, one module a page. None knows how it will look."""
