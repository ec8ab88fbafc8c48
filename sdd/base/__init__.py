"""What every room may use: exit codes and errors, paths, patterns, frozen values."""
