"""Capture: what agents' hooks and transcripts tell, made into Prompt History Records."""
