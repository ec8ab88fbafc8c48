"""The hooks: their texts, their places, and other programs that manage hooks."""
