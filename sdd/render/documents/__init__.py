"""Values as JSON documents."""
