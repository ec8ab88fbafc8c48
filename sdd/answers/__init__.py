"""Answers: questions to the records, their links and their landings."""
